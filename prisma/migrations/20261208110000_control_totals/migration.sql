-- What sources that only push say they told in a window, beside what is held of it.
CREATE TABLE "control_total" (
    "connector" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "entity" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "stated_at" TIMESTAMPTZ(3),
    "version" BIGINT,
    "count" INTEGER,
    "sums" JSONB,
    "documents" JSONB,
    "held_count" INTEGER,
    "held_sums" JSONB,
    "state" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3),
    "differed" BOOLEAN NOT NULL DEFAULT false,
    "check_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "control_total_pkey" PRIMARY KEY ("connector","kind","opens_at","closes_at")
);
CREATE INDEX "control_total_closes_at_idx" ON "control_total"("closes_at");
CREATE INDEX "control_total_open_idx" ON "control_total" ("check_at") WHERE "state" IN ('awaited', 'silent', 'late', 'differs');

-- Events of a window are found among those that were recorded since it began. They are recorded in the order of time, so a summary of each range of blocks finds them, and costs their writers nothing.
CREATE INDEX "canonical_event_recorded_idx" ON "canonical_event" USING brin ("recorded_at") WITH (pages_per_range = 32, autosummarize = on);
