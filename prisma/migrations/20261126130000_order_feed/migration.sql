-- Orders in the order in which their changes were committed: a plan adds a row here, and the sealer gives it its time.
CREATE TABLE "order_change" (
    "id" BIGSERIAL NOT NULL,
    "subject_id" TEXT NOT NULL,

    CONSTRAINT "order_change_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "order_feed" (
    "subject_id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_feed_pkey" PRIMARY KEY ("subject_id")
);
CREATE UNIQUE INDEX "order_feed_entity_changed_at_key" ON "order_feed"("entity", "changed_at");
ALTER TABLE "order_change" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

INSERT INTO "order_change" ("subject_id") SELECT "id" FROM "subject" WHERE "kind" = 'order' AND "plan_no" > 0 ORDER BY "updated_at", "id";
