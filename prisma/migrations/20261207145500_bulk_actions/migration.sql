-- Bulk actions: what was frozen when it was asked for, and what became of each document of it.
CREATE TABLE "bulk_action" (
    "id" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "reason" TEXT,
    "selection" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'asked',
    "steps" INTEGER[],
    "step" INTEGER NOT NULL DEFAULT 0,
    "forgiven" INTEGER NOT NULL DEFAULT 0,
    "second_why" TEXT,
    "confirmed_by" TEXT,
    "stopped_why" TEXT,
    "frozen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "stopped_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,

    CONSTRAINT "bulk_action_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "bulk_action" ADD CONSTRAINT "bulk_action_state" CHECK ("state" IN ('asked', 'proposed', 'running', 'stopped', 'done', 'aborted'));
-- Whoever asked for it never confirms it.
ALTER TABLE "bulk_action" ADD CONSTRAINT "bulk_action_two_persons" CHECK ("confirmed_by" IS DISTINCT FROM "author");
ALTER TABLE "bulk_action" ADD CONSTRAINT "bulk_action_says_why" CHECK ("state" IN ('asked', 'aborted') OR "reason" IS NOT NULL);

CREATE TABLE "bulk_action_item" (
    "action_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "step" INTEGER,
    "state" TEXT NOT NULL,
    "why" TEXT,
    "entity" TEXT NOT NULL,
    "subject_id" TEXT,
    "message_id" BIGINT,
    "copy_id" BIGINT,
    "name" TEXT NOT NULL,
    "fingerprint" TEXT,
    "exceptions" BIGINT[],
    "amount" DECIMAL(38,6),
    "currency" TEXT,
    "posting_day" DATE,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "present" INTEGER NOT NULL DEFAULT 0,
    "telling" INTEGER NOT NULL DEFAULT 0,
    "natural_keys" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "acted_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_action_item_pkey" PRIMARY KEY ("action_id", "position")
);
ALTER TABLE "bulk_action_item" ADD CONSTRAINT "bulk_action_item_state" CHECK ("state" IN ('waiting', 'sent', 'verified', 'cleared', 'failed', 'left_out'));
ALTER TABLE "bulk_action_item" ADD CONSTRAINT "bulk_action_item_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "bulk_action"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "bulk_action_item_subject_id_idx" ON "bulk_action_item"("subject_id");
CREATE INDEX "bulk_action_item_message_id_idx" ON "bulk_action_item"("message_id");
-- What is to be done and what is being followed, however many are over.
CREATE INDEX "bulk_action_item_open_idx" ON "bulk_action_item"("action_id", "step", "position") WHERE "state" IN ('waiting', 'sent');
CREATE INDEX "bulk_action_open_idx" ON "bulk_action"("started_at") WHERE "state" IN ('proposed', 'running', 'stopped');

ALTER TABLE "fix_attempt" ADD COLUMN "bulk_action_id" TEXT;
CREATE INDEX "fix_attempt_bulk_action_id_idx" ON "fix_attempt"("bulk_action_id");
