-- What is kept as it was said and only ever read whole needs no binary form: `json` is stored and answered as it came.
ALTER TABLE "fact" ALTER COLUMN "data" TYPE json USING "data"::json;
ALTER TABLE "canonical_event" ALTER COLUMN "data" TYPE json USING "data"::json;
ALTER TABLE "command" ALTER COLUMN "payload" TYPE json USING "payload"::json, ALTER COLUMN "result" TYPE json USING "result"::json;
ALTER TABLE "attempt" ALTER COLUMN "request" TYPE json USING "request"::json, ALTER COLUMN "response" TYPE json USING "response"::json;

-- A plan changes stage and figures of its subject's row; as long as no index holds them, the row stays in its page.
DROP INDEX "subject_open_idx";
CREATE INDEX "subject_open_idx" ON "subject" ("entity", "kind", "placed_at") WHERE NOT "complete";
-- Remembered anew by the next plan, in a shorter form.
ALTER TABLE "subject" DROP COLUMN "plan_digests", ADD COLUMN "plan_digests" text;
-- Statements of one subject to another are said anew in their place.
ALTER TABLE "fact" SET (fillfactor = 85);

-- A wake is found by its subject or by its time, never by itself.
ALTER TABLE "wake" DROP COLUMN "id";
-- Attempts are written in the order of time.
DROP INDEX "attempt_recent_idx";
CREATE INDEX "attempt_recent_idx" ON "attempt" USING brin ("started_at");
-- `text_pattern_ops` answers equality, too.
DROP INDEX "subject_identifier_normal_idx";
