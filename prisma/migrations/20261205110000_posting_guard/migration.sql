-- The posting guard (P21): what an entity's day has claimed beside what it may claim, its past days, and documents that are too large.
ALTER TABLE "posting_brake" ADD COLUMN "day" DATE,
ADD COLUMN "day_ends" TIMESTAMPTZ(3),
ADD COLUMN "claimed" JSONB NOT NULL DEFAULT '{"count": 0, "money": {}}',
ADD COLUMN "limits" JSONB NOT NULL DEFAULT '{"count": null, "money": {}}',
ADD COLUMN "fixed" JSONB NOT NULL DEFAULT '{"count": null, "money": {}}',
ADD COLUMN "excess" JSONB;
-- Written with every batch of postings: room for a new version in the same page.
ALTER TABLE "posting_brake" SET (fillfactor = 20);
ALTER TABLE "posting_brake" ADD CONSTRAINT "posting_brake_exceeded" CHECK ("excess" IS NULL OR "stopped_at" IS NOT NULL);

CREATE TABLE "posting_day" (
    "entity" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "count" INTEGER NOT NULL,
    "money" JSONB NOT NULL,

    CONSTRAINT "posting_day_pkey" PRIMARY KEY ("entity","day")
);

CREATE TABLE "posting_hold" (
    "command_id" BIGINT NOT NULL,
    "entity" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "amount" DECIMAL(38,6) NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "held_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "released_at" TIMESTAMPTZ(3),
    "released_by" TEXT,

    CONSTRAINT "posting_hold_pkey" PRIMARY KEY ("command_id")
);
CREATE INDEX "posting_hold_open" ON "posting_hold" ("entity") WHERE "released_at" IS NULL;

-- What was posted before the guard came teaches it too; today begins with it.
INSERT INTO "posting_day" ("entity", "day", "count", "money")
SELECT "entity", "day", sum("count"), coalesce(jsonb_object_agg("currency", jsonb_build_object('total', "total"::text, 'largest', "largest"::text)) FILTER (WHERE "currency" IS NOT NULL), '{}')
FROM (
    SELECT c."entity", (c."first_sent_at" AT TIME ZONE e."zone")::date AS "day", c."currency", count(*) AS "count", sum(abs(c."amount")) AS "total", max(abs(c."amount")) AS "largest"
    FROM "command" c JOIN "entity" e ON e."code" = c."entity"
    WHERE c."first_sent_at" IS NOT NULL AND c."kind" IN ('post_invoice', 'void_invoice', 'post_credit', 'post_debit', 'apply_credit', 'post_receipt', 'apply_receipt', 'reverse_application', 'reverse_receipt', 'post_refund', 'reverse_refund', 'capture_payment', 'refund_payment')
      AND (c."first_sent_at" AT TIME ZONE e."zone")::date < (now() AT TIME ZONE e."zone")::date
    GROUP BY 1, 2, 3) d
GROUP BY 1, 2;
