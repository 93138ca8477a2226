-- CreateTable
CREATE TABLE "route_change" (
    "id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "capability" TEXT NOT NULL,
    "connector" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "managed_from" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "state" TEXT NOT NULL DEFAULT 'open',
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "decision_reason" TEXT,
    "policy_version" INTEGER,

    CONSTRAINT "route_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "route_change_entity_proposed_at_idx" ON "route_change"("entity", "proposed_at");

-- One proposal at a time for a route: whoever confirms it confirms what was shown.
CREATE UNIQUE INDEX "route_change_open_key" ON "route_change" ("entity", "capability", "document") WHERE "state" = 'open';

-- Two persons, whatever program writes: only the version of the set-up stands without a second one.
ALTER TABLE "route_change" ADD CONSTRAINT "route_change_two_persons" CHECK ("state" <> 'confirmed' OR ("decided_by" IS NOT NULL AND "decided_by" <> "proposed_by"));
ALTER TABLE "policy_version" ADD CONSTRAINT "policy_version_two_persons" CHECK ("author" = 'setup' OR ("confirmed_by" IS NOT NULL AND "confirmed_by" <> "author"));
