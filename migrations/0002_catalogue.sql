-- What lies in the warehouse, what is sold, and the words it is found by. Rule: domain 1.2, 1.3.

CREATE TABLE warehouse_item (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_folded TEXT NOT NULL CHECK (length(name_folded) <= 200),
    kind TEXT NOT NULL DEFAULT 'flower' CHECK (kind IN ('flower', 'greenery', 'packaging', 'goods', 'other')),
    unit TEXT NOT NULL DEFAULT 'шт' CHECK (length(unit) BETWEEN 1 AND 20),
    quantity BIGINT NOT NULL DEFAULT 0 CHECK (quantity >= 0),
    cost_price_minor BIGINT NOT NULL DEFAULT 0 CHECK (cost_price_minor >= 0),
    retail_price_minor BIGINT NOT NULL DEFAULT 0 CHECK (retail_price_minor >= 0),
    min_quantity BIGINT NOT NULL DEFAULT 10 CHECK (min_quantity >= 0),
    image_url TEXT CHECK (length(image_url) <= 500),
    last_delivery_ms BIGINT,
    lock_version BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id),
    UNIQUE (shop_id, name_folded)
);

CREATE TABLE product (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_folded TEXT NOT NULL CHECK (length(name_folded) <= 200),
    type TEXT NOT NULL DEFAULT 'flowers' CHECK (type IN ('flowers', 'sweets', 'fruits', 'gifts')),
    description TEXT CHECK (length(description) <= 1000),
    price_minor BIGINT NOT NULL CHECK (price_minor BETWEEN 1 AND 1000000000),
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    is_featured BOOLEAN NOT NULL DEFAULT FALSE,
    stem_count INTEGER CHECK (stem_count BETWEEN 1 AND 1001),
    manufacturing_time_minutes INTEGER CHECK (manufacturing_time_minutes BETWEEN 0 AND 1440),
    width_cm INTEGER CHECK (width_cm BETWEEN 1 AND 500),
    height_cm INTEGER CHECK (height_cm BETWEEN 1 AND 500),
    shelf_life_days INTEGER CHECK (shelf_life_days BETWEEN 1 AND 3650),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id)
);
CREATE INDEX product_featured ON product (shop_id, enabled, is_featured DESC, id);
CREATE INDEX product_price ON product (shop_id, enabled, price_minor, id);
CREATE INDEX product_name ON product (shop_id, name_folded, id);
CREATE INDEX product_created ON product (shop_id, enabled, created_ms, id);

-- How many products there are, so that no list has to count them.
CREATE TABLE catalogue_size (
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    enabled BOOLEAN NOT NULL,
    products BIGINT NOT NULL CHECK (products >= 0),
    PRIMARY KEY (shop_id, enabled)
);

CREATE TABLE product_image (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    url TEXT NOT NULL CHECK (length(url) BETWEEN 1 AND 500),
    display_order INTEGER NOT NULL DEFAULT 0,
    is_primary BOOLEAN NOT NULL DEFAULT FALSE,
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id)
);
CREATE INDEX product_image_order ON product_image (shop_id, product_id, display_order, id);
CREATE UNIQUE INDEX product_image_primary ON product_image (shop_id, product_id) WHERE is_primary;

CREATE TABLE product_facet (
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('color', 'occasion', 'tag')),
    value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 50),
    PRIMARY KEY (shop_id, product_id, kind, value),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id)
);
CREATE INDEX product_facet_value ON product_facet (shop_id, kind, value, product_id);

CREATE TABLE recipe_line (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    product_id BIGINT NOT NULL,
    warehouse_item_id BIGINT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 10000),
    is_optional BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (shop_id, product_id, warehouse_item_id),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id),
    FOREIGN KEY (shop_id, warehouse_item_id) REFERENCES warehouse_item (shop_id, id)
);
CREATE INDEX recipe_line_item ON recipe_line (shop_id, warehouse_item_id);

CREATE TABLE search_posting (
    shop_id BIGINT NOT NULL,
    stem TEXT NOT NULL CHECK (length(stem) BETWEEN 1 AND 64),
    product_id BIGINT NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('name', 'facet', 'composition', 'description')),
    tf INTEGER NOT NULL CHECK (tf >= 1),
    PRIMARY KEY (shop_id, stem, product_id, field),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id)
);
CREATE INDEX search_posting_product ON search_posting (shop_id, product_id);

CREATE TABLE search_word (
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    word TEXT NOT NULL CHECK (length(word) BETWEEN 1 AND 64),
    stem TEXT NOT NULL CHECK (length(stem) BETWEEN 1 AND 64),
    df INTEGER NOT NULL CHECK (df >= 1),
    PRIMARY KEY (shop_id, word)
);
CREATE INDEX search_word_stem ON search_word (shop_id, stem);
