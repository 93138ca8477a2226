-- The rules of a connector's lanes and breaker where they are not the defaults; `rules_version` guards changes of them, of calls at once and of calls a minute.
ALTER TABLE "connector" ADD COLUMN "rules" JSONB;
ALTER TABLE "connector" ADD COLUMN "rules_version" INTEGER NOT NULL DEFAULT 1;
-- Calls of the present window and how many failed; probes that failed since it opened.
ALTER TABLE "breaker" ADD COLUMN "calls" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "breaker" ADD COLUMN "failed" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "breaker" ADD COLUMN "window_from" TIMESTAMPTZ(3);
ALTER TABLE "breaker" ADD COLUMN "probes" INTEGER NOT NULL DEFAULT 0;
UPDATE "breaker" SET "probes" = greatest(0, "failures" - 5) WHERE "state" <> 'closed';
