-- CreateTable
CREATE TABLE "terms_change" (
    "id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "terms" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'open',
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision_reason" TEXT,
    "policy_version" INTEGER,

    CONSTRAINT "terms_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "terms_change_entity_proposed_at_idx" ON "terms_change"("entity", "proposed_at");

-- One proposal at a time for a code: whoever confirms it confirms what was shown.
CREATE UNIQUE INDEX "terms_change_open_key" ON "terms_change" ("entity", "code") WHERE "state" = 'open';

-- Two persons, whatever program writes.
ALTER TABLE "terms_change" ADD CONSTRAINT "terms_change_two_persons" CHECK ("state" <> 'confirmed' OR ("decided_by" IS NOT NULL AND "decided_by" <> "proposed_by"));
