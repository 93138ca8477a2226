-- What sources say exists, by windows of their own time, beside what is held.
CREATE TABLE "census" (
    "connector" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "checked_to" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_by" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,

    CONSTRAINT "census_pkey" PRIMARY KEY ("connector", "name")
);

CREATE TABLE "census_window" (
    "connector" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "census" TEXT NOT NULL,
    "checks" INTEGER NOT NULL DEFAULT 1,
    "checked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "census_window_pkey" PRIMARY KEY ("connector", "kind", "opens_at")
);
CREATE INDEX "census_window_closes_at_idx" ON "census_window"("closes_at");

CREATE TABLE "census_document" (
    "connector" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "document" TEXT NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "census" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "subject_id" TEXT,
    "grp" TEXT,
    "source_message_id" TEXT NOT NULL,
    "amount" DECIMAL(38,6),
    "currency" TEXT,
    "excluded" TEXT,
    "state" TEXT NOT NULL,
    "misses_from" TIMESTAMPTZ(3) NOT NULL,
    "missed" BOOLEAN NOT NULL DEFAULT false,
    "settled_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3),
    "asked_by" TEXT,
    "asking_until" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "answer" TEXT,
    "successor" TEXT,
    "successor_at" TIMESTAMPTZ(3),

    CONSTRAINT "census_document_pkey" PRIMARY KEY ("connector", "kind", "document", "opens_at"),
    CONSTRAINT "census_document_state_check" CHECK ("state" IN ('held', 'late', 'missing', 'excluded', 'excused', 'withdrawn'))
);
CREATE INDEX "census_document_connector_kind_opens_at_idx" ON "census_document"("connector", "kind", "opens_at");
CREATE INDEX "census_document_opens_at_idx" ON "census_document"("opens_at");

-- What is not here yet, what is to be fetched, what the next system has not confirmed.
CREATE INDEX "census_document_open_idx" ON "census_document" ("misses_from") WHERE "state" IN ('late', 'missing');
CREATE INDEX "census_document_asked_idx" ON "census_document" ("asked_at") WHERE "asked_at" IS NOT NULL AND "answered_at" IS NULL;
CREATE INDEX "census_document_followed_idx" ON "census_document" ("successor_at") WHERE "state" = 'held' AND "successor" IS DISTINCT FROM 'confirmed';

-- An exception about a document that a source has and nobody here does: it has neither a subject nor a message.
ALTER TABLE "exception_item" ADD COLUMN "document" TEXT;
DROP INDEX "exception_item_open_key";
CREATE UNIQUE INDEX "exception_item_open_key" ON "exception_item" (coalesce("subject_id", ''), coalesce("message_id", 0), coalesce("document", ''), "fingerprint") WHERE "state" = 'open';
