-- Shops, the people who work in them, and their customers. Rule: domain 1.1.
-- {{identity}} is the one word that differs between the engines: a 64-bit key made by the database.

CREATE TABLE shop (
    id {{identity}},
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description TEXT CHECK (length(description) <= 2000),
    phone TEXT CHECK (length(phone) <= 20),
    email TEXT CHECK (length(email) <= 255),
    address TEXT CHECK (length(address) <= 500),
    city TEXT CHECK (length(city) <= 100),
    locale TEXT NOT NULL DEFAULT 'ru' CHECK (locale IN ('ru', 'kk', 'en')),
    timezone TEXT NOT NULL DEFAULT 'Asia/Almaty' CHECK (length(timezone) <= 64),
    currency TEXT NOT NULL DEFAULT 'KZT' CHECK (length(currency) = 3),
    weekday_start TEXT NOT NULL DEFAULT '09:00',
    weekday_end TEXT NOT NULL DEFAULT '18:00',
    weekend_start TEXT NOT NULL DEFAULT '10:00',
    weekend_end TEXT NOT NULL DEFAULT '17:00',
    weekday_closed BOOLEAN NOT NULL DEFAULT FALSE,
    weekend_closed BOOLEAN NOT NULL DEFAULT FALSE,
    delivery_cost_minor BIGINT NOT NULL DEFAULT 150000 CHECK (delivery_cost_minor BETWEEN 0 AND 1000000000),
    free_delivery_threshold_minor BIGINT DEFAULT 1000000
        CHECK (free_delivery_threshold_minor BETWEEN 0 AND 1000000000),
    pickup_available BOOLEAN NOT NULL DEFAULT TRUE,
    delivery_available BOOLEAN NOT NULL DEFAULT TRUE,
    base_prep_minutes INTEGER NOT NULL DEFAULT 30 CHECK (base_prep_minutes BETWEEN 0 AND 1440),
    per_item_prep_minutes INTEGER NOT NULL DEFAULT 10 CHECK (per_item_prep_minutes BETWEEN 0 AND 1440),
    delivery_travel_minutes INTEGER NOT NULL DEFAULT 60 CHECK (delivery_travel_minutes BETWEEN 0 AND 1440),
    slot_minutes INTEGER NOT NULL DEFAULT 120 CHECK (slot_minutes BETWEEN 30 AND 480),
    min_notice_minutes INTEGER NOT NULL DEFAULT 0 CHECK (min_notice_minutes BETWEEN 0 AND 1440),
    max_days_ahead INTEGER NOT NULL DEFAULT 90 CHECK (max_days_ahead BETWEEN 1 AND 365),
    slot_capacity INTEGER CHECK (slot_capacity BETWEEN 1 AND 1000),
    reservation_hours INTEGER NOT NULL DEFAULT 72 CHECK (reservation_hours BETWEEN 1 AND 720),
    phone_lookup TEXT NOT NULL DEFAULT 'redacted' CHECK (phone_lookup IN ('redacted', 'full')),
    manager_may_edit_settings BOOLEAN NOT NULL DEFAULT FALSE,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    CHECK (weekday_start < weekday_end),
    CHECK (weekend_start < weekend_end),
    CHECK (pickup_available OR delivery_available)
);

CREATE TABLE shop_exception (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    day TEXT NOT NULL CHECK (length(day) = 10),
    closed BOOLEAN NOT NULL,
    open_time TEXT,
    close_time TEXT,
    note TEXT CHECK (length(note) <= 200),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, day),
    CHECK (closed OR (open_time IS NOT NULL AND close_time IS NOT NULL AND open_time < close_time))
);

CREATE TABLE pickup_location (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    address TEXT NOT NULL CHECK (length(address) BETWEEN 1 AND 300),
    landmark TEXT CHECK (length(landmark) <= 200),
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    display_order INTEGER NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id)
);
CREATE INDEX pickup_location_order ON pickup_location (shop_id, display_order, id);

CREATE TABLE staff_user (
    id {{identity}},
    shop_id BIGINT REFERENCES shop (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    phone TEXT NOT NULL UNIQUE CHECK (length(phone) <= 20),
    role TEXT NOT NULL DEFAULT 'florist'
        CHECK (role IN ('director', 'admin', 'manager', 'florist', 'courier')),
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    is_superadmin BOOLEAN NOT NULL DEFAULT FALSE,
    password_hash TEXT NOT NULL CHECK (length(password_hash) <= 255),
    token_version BIGINT NOT NULL DEFAULT 1,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    CHECK (shop_id IS NOT NULL OR is_superadmin)
);
CREATE INDEX staff_user_role ON staff_user (shop_id, role, id);

CREATE TABLE login_attempt (
    id {{identity}},
    phone_digest TEXT NOT NULL CHECK (length(phone_digest) <= 64),
    address_digest TEXT NOT NULL CHECK (length(address_digest) <= 64),
    at_ms BIGINT NOT NULL,
    succeeded BOOLEAN NOT NULL
);
CREATE INDEX login_attempt_phone ON login_attempt (phone_digest, at_ms);
CREATE INDEX login_attempt_address ON login_attempt (address_digest, at_ms);

CREATE TABLE api_key (
    id {{identity}},
    shop_id BIGINT REFERENCES shop (id),
    user_id BIGINT REFERENCES staff_user (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    key_hash TEXT NOT NULL UNIQUE CHECK (length(key_hash) <= 64),
    scopes TEXT NOT NULL CHECK (length(scopes) <= 500),
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    expires_ms BIGINT,
    last_used_ms BIGINT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
);

CREATE TABLE client (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    phone TEXT NOT NULL CHECK (length(phone) <= 20),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    phone_verified BOOLEAN NOT NULL DEFAULT FALSE,
    is_foreign BOOLEAN NOT NULL DEFAULT FALSE,
    notes TEXT NOT NULL DEFAULT '' CHECK (length(notes) <= 2000),
    telegram_user_id TEXT CHECK (length(telegram_user_id) <= 50),
    telegram_username TEXT CHECK (length(telegram_username) <= 100),
    telegram_first_name TEXT CHECK (length(telegram_first_name) <= 100),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id),
    UNIQUE (shop_id, phone)
);
CREATE UNIQUE INDEX client_telegram ON client (shop_id, telegram_user_id) WHERE telegram_user_id IS NOT NULL;
CREATE INDEX client_created ON client (shop_id, created_ms, id);
