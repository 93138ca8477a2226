-- A statement of two sides as they were known at one moment; its documents never change.
CREATE TABLE "reconciliation_run" (
    "id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "process" TEXT NOT NULL,
    "from_day" DATE NOT NULL,
    "to_day" DATE NOT NULL,
    "known_at" TIMESTAMPTZ(3) NOT NULL,
    "tolerance_amount" DECIMAL(38,6) NOT NULL,
    "tolerance_days" INTEGER NOT NULL,
    "author" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "previous_id" TEXT,
    "totals" JSONB NOT NULL,
    "excluded" JSONB NOT NULL,

    CONSTRAINT "reconciliation_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "reconciliation_run_state" CHECK ("state" IN ('open', 'superseded')),
    CONSTRAINT "reconciliation_run_span" CHECK ("from_day" <= "to_day"),
    CONSTRAINT "reconciliation_run_previous_id_fkey" FOREIGN KEY ("previous_id") REFERENCES "reconciliation_run"("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "reconciliation_run_entity_process_known_at_idx" ON "reconciliation_run"("entity", "process", "known_at");
-- What is open lies in the newest statement alone.
CREATE UNIQUE INDEX "reconciliation_run_open_key" ON "reconciliation_run"("entity", "process") WHERE "state" = 'open';

CREATE TABLE "reconciliation_item" (
    "run_id" TEXT NOT NULL,
    "no" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_a" DECIMAL(38,6) NOT NULL,
    "amount_b" DECIMAL(38,6) NOT NULL,
    "difference" DECIMAL(38,6) NOT NULL,
    "tax_difference" DECIMAL(38,6) NOT NULL,
    "because" TEXT[],
    "group_key" TEXT,
    "digest" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "reason_code" TEXT,
    "comment" TEXT,
    "prepared_by" TEXT,
    "prepared_at" TIMESTAMPTZ(3),
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),

    CONSTRAINT "reconciliation_item_pkey" PRIMARY KEY ("run_id", "no"),
    CONSTRAINT "reconciliation_item_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "reconciliation_run"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "reconciliation_item_result" CHECK ("result" IN ('matched', 'missing_in_a', 'missing_in_b', 'amount_differs', 'tax_differs')),
    CONSTRAINT "reconciliation_item_state" CHECK ("state" IN ('agreed', 'open', 'proposed', 'settled', 'refused', 'carried')),
    -- Nothing is made to balance without a name and a reason, whatever program writes.
    CONSTRAINT "reconciliation_item_says_why" CHECK ("state" NOT IN ('proposed', 'settled', 'refused') OR ("prepared_by" IS NOT NULL AND "prepared_at" IS NOT NULL AND "comment" IS NOT NULL)),
    CONSTRAINT "reconciliation_item_reason" CHECK ("state" NOT IN ('proposed', 'settled') OR "reason_code" IS NOT NULL),
    CONSTRAINT "reconciliation_item_two_persons" CHECK ("approved_by" IS NULL OR "approved_by" <> "prepared_by")
);
-- What people look at; what agrees by itself is by far the most.
CREATE INDEX "reconciliation_item_open_idx" ON "reconciliation_item"("run_id", "result", "no") WHERE "state" <> 'agreed';

CREATE TABLE "reconciliation_document" (
    "run_id" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "item_no" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "identifiers" JSONB NOT NULL,
    "party" TEXT,
    "currency" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "amount" DECIMAL(38,6) NOT NULL,
    "tax" DECIMAL(38,6),
    "subject_id" TEXT,

    CONSTRAINT "reconciliation_document_pkey" PRIMARY KEY ("run_id", "side", "key"),
    CONSTRAINT "reconciliation_document_side" CHECK ("side" IN ('a', 'b')),
    CONSTRAINT "reconciliation_document_item_fkey" FOREIGN KEY ("run_id", "item_no") REFERENCES "reconciliation_item"("run_id", "no") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "reconciliation_document_run_id_item_no_idx" ON "reconciliation_document"("run_id", "item_no");
