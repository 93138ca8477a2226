-- A command in doubt stays frozen; while its key lives, its very payload may be sent again. Both kinds of due row are claimed from one index.
ALTER TABLE "command" ADD COLUMN "repeat_until" TIMESTAMPTZ(3);
DROP INDEX "command_due_idx";
CREATE INDEX "command_due_idx" ON "command" ("connector", "lane", "due_at") WHERE "state" = 'wanted' OR ("state" = 'unknown' AND "repeat_until" IS NOT NULL);
