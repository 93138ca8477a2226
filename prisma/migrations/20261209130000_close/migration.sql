-- What a fiscal period looked like when a person signed it.
CREATE TABLE "close_sign_off" (
    "id" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "from_day" DATE NOT NULL,
    "to_day" DATE NOT NULL,
    "known_at" TIMESTAMPTZ(3) NOT NULL,
    "figures" JSONB NOT NULL,
    "blockers" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "prepared_by" TEXT NOT NULL,
    "prepared_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_by" TEXT,
    "confirmed_at" TIMESTAMPTZ(3),
    "confirm_reason" TEXT,
    "withdrawn_by" TEXT,
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdraw_reason" TEXT,

    CONSTRAINT "close_sign_off_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "close_sign_off_state" CHECK ("state" IN ('proposed', 'signed', 'withdrawn')),
    CONSTRAINT "close_sign_off_span" CHECK ("from_day" <= "to_day"),
    -- Whatever program writes: what blocked was passed by two persons with a reason, and a signature is taken back by name.
    CONSTRAINT "close_sign_off_two_persons" CHECK ("confirmed_by" IS NULL OR "confirmed_by" <> "prepared_by"),
    CONSTRAINT "close_sign_off_blocked" CHECK ("blockers" = '[]'::jsonb OR ("reason" IS NOT NULL AND ("state" <> 'signed' OR "confirmed_by" IS NOT NULL))),
    CONSTRAINT "close_sign_off_withdrawn" CHECK ("state" <> 'withdrawn' OR ("withdrawn_by" IS NOT NULL AND "withdrawn_at" IS NOT NULL AND "withdraw_reason" IS NOT NULL))
);
CREATE INDEX "close_sign_off_entity_period_prepared_at_idx" ON "close_sign_off"("entity", "period", "prepared_at");
CREATE UNIQUE INDEX "close_sign_off_live_key" ON "close_sign_off"("entity", "period") WHERE "state" <> 'withdrawn';

CREATE TABLE "close_sign_off_row" (
    "sign_off_id" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "shipment" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "goods" DECIMAL(38,6) NOT NULL,
    "charges" DECIMAL(38,6) NOT NULL,
    "total" DECIMAL(38,6) NOT NULL,
    "accrued" DECIMAL(38,6) NOT NULL,
    "shipped_on" DATE NOT NULL,
    "title_on" DATE,

    CONSTRAINT "close_sign_off_row_pkey" PRIMARY KEY ("sign_off_id", "subject_id", "shipment", "currency"),
    CONSTRAINT "close_sign_off_row_sign_off_id_fkey" FOREIGN KEY ("sign_off_id") REFERENCES "close_sign_off"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- What was signed stays what it was.
CREATE FUNCTION "close_is_frozen"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'close_sign_off' THEN
    IF (NEW."entity", NEW."period", NEW."from_day", NEW."to_day", NEW."known_at", NEW."figures", NEW."blockers", NEW."digest", NEW."reason", NEW."prepared_by", NEW."prepared_at")
      IS NOT DISTINCT FROM (OLD."entity", OLD."period", OLD."from_day", OLD."to_day", OLD."known_at", OLD."figures", OLD."blockers", OLD."digest", OLD."reason", OLD."prepared_by", OLD."prepared_at") THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'what was signed of a period is not changed';
END $$;
CREATE TRIGGER "close_sign_off_frozen" BEFORE UPDATE OR DELETE ON "close_sign_off" FOR EACH ROW EXECUTE FUNCTION "close_is_frozen"();
CREATE TRIGGER "close_sign_off_row_frozen" BEFORE UPDATE OR DELETE ON "close_sign_off_row" FOR EACH ROW EXECUTE FUNCTION "close_is_frozen"();

CREATE TABLE "close_step" (
    "entity" TEXT NOT NULL,
    "period" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "done" BOOLEAN NOT NULL,
    "person" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "note" TEXT NOT NULL,

    CONSTRAINT "close_step_pkey" PRIMARY KEY ("entity", "period", "step"),
    CONSTRAINT "close_step_step" CHECK ("step" IN ('completeness', 'cut_off', 'postings', 'reconciliation', 'accruals'))
);

-- A period is reckoned back from now: from what moved since its end, and not from all that ever moved. Appended in time, so that it grows at its right end.
CREATE INDEX "movement_unbilled_idx" ON "movement" ("entity", "recorded_at") WHERE "term" IN ('shipped', 'invoiced', 'free', 'billed_charges');
-- Documents that are dated after the day on which they came to be known: an invoice in the next open period.
CREATE INDEX "movement_dated_ahead_idx" ON "movement" ("entity", "effective_on") WHERE "term" IN ('shipped', 'invoiced', 'free', 'billed_charges') AND "effective_on" > ("recorded_at" AT TIME ZONE 'UTC')::date;
-- What was held, or stopped by an exception, at an earlier moment: what stands now with what ended since.
CREATE INDEX "hold_closed_idx" ON "hold" ("entity", "closed_at") WHERE "closed_at" IS NOT NULL;
CREATE INDEX "exception_item_resolved_idx" ON "exception_item" ("entity", "resolved_at") WHERE "state" = 'resolved';
