-- The revision at which the products of a shop themselves last changed, sales apart: what a process
-- has read of a list holds as long as it stays. Rule: domain P2.
ALTER TABLE shelf_revision ADD COLUMN goods BIGINT NOT NULL DEFAULT 0;
UPDATE shelf_revision SET goods = revision;
