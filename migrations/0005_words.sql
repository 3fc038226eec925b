-- What customers and shops say: questions and answers, reviews. Rule: domain 1.5, operations K1.

CREATE TABLE kb_documents (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    kind TEXT NOT NULL CHECK (kind IN ('faq', 'document', 'policy', 'care')),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 500),
    body TEXT NOT NULL CHECK (length(body) BETWEEN 1 AND 2000 OR kind <> 'faq'),
    category TEXT NOT NULL DEFAULT 'general' CHECK (length(category) BETWEEN 1 AND 50),
    display_order INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'published' CHECK (status IN ('draft', 'published', 'archived')),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id)
);
CREATE INDEX kb_documents_order ON kb_documents (shop_id, kind, status, display_order, id);

CREATE TABLE review (
    id {{identity}},
    shop_id BIGINT NOT NULL REFERENCES shop (id),
    target TEXT NOT NULL CHECK (target IN ('company', 'product')),
    product_id BIGINT,
    author_name TEXT NOT NULL CHECK (length(author_name) BETWEEN 1 AND 100),
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    text_folded TEXT NOT NULL CHECK (length(text_folded) <= 2000),
    likes INTEGER NOT NULL DEFAULT 0 CHECK (likes >= 0),
    dislikes INTEGER NOT NULL DEFAULT 0 CHECK (dislikes >= 0),
    status TEXT NOT NULL CHECK (status IN ('pending', 'published', 'hidden', 'rejected')),
    verified_purchase BOOLEAN NOT NULL,
    order_id BIGINT,
    client_id BIGINT,
    principal TEXT NOT NULL CHECK (length(principal) <= 128),
    flags TEXT NOT NULL DEFAULT '' CHECK (length(flags) <= 200),
    reply_text TEXT CHECK (length(reply_text) <= 1000),
    replied_ms BIGINT,
    moderated_by BIGINT REFERENCES staff_user (id),
    moderation_reason TEXT CHECK (length(moderation_reason) <= 500),
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (shop_id, id),
    FOREIGN KEY (shop_id, product_id) REFERENCES product (shop_id, id),
    FOREIGN KEY (shop_id, order_id) REFERENCES orders (shop_id, id),
    FOREIGN KEY (shop_id, client_id) REFERENCES client (shop_id, id),
    CHECK ((target = 'product') = (product_id IS NOT NULL))
);
CREATE UNIQUE INDEX review_order ON review (shop_id, order_id, target, COALESCE(product_id, 0))
    WHERE order_id IS NOT NULL;
CREATE INDEX review_target ON review (shop_id, target, status, created_ms, id);
CREATE INDEX review_product ON review (shop_id, product_id, status, created_ms, id);
CREATE INDEX review_principal ON review (shop_id, principal, created_ms);

CREATE TABLE review_photo (
    id {{identity}},
    shop_id BIGINT NOT NULL,
    review_id BIGINT NOT NULL,
    url TEXT NOT NULL CHECK (length(url) <= 500),
    display_order INTEGER NOT NULL,
    FOREIGN KEY (shop_id, review_id) REFERENCES review (shop_id, id)
);
CREATE INDEX review_photo_order ON review_photo (shop_id, review_id, display_order);
