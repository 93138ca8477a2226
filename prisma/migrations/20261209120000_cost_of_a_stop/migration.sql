-- New postings apart from all else that may go out: whoever claims while they are stopped reads none of them. The kinds are those of `postingKinds`.
DROP INDEX "command_due_idx";
CREATE INDEX "command_due_idx" ON "command" ("connector", "lane", (CASE WHEN "state" = 'wanted' AND "kind" IN ('post_invoice', 'void_invoice', 'post_credit', 'post_debit', 'apply_credit', 'post_receipt', 'apply_receipt', 'reverse_application', 'reverse_receipt', 'post_refund', 'reverse_refund', 'capture_payment', 'refund_payment') THEN 1 ELSE 0 END), "due_at") WHERE "state" = 'wanted' OR ("state" = 'unknown' AND "repeat_until" IS NOT NULL);

-- How a step of a bulk action goes is counted with each document that is settled, and not by reading all of them each second.
ALTER TABLE "bulk_action" ADD COLUMN "step_settled" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "step_failed" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "bulk_action_item" ADD COLUMN "counted" BOOLEAN NOT NULL DEFAULT true;
UPDATE "bulk_action" a SET "step_settled" = n."settled", "step_failed" = n."failed"
FROM (SELECT i."action_id", i."step", count(*) AS "settled", count(*) FILTER (WHERE i."state" = 'failed') AS "failed" FROM "bulk_action_item" i WHERE i."state" NOT IN ('waiting', 'sent') GROUP BY 1, 2) n
WHERE n."action_id" = a."id" AND n."step" = a."step";
-- What is to be done, what is followed, and what is settled and not counted yet, each however much there is of the others.
DROP INDEX "bulk_action_item_open_idx";
CREATE INDEX "bulk_action_item_waiting_idx" ON "bulk_action_item" ("action_id", "step", "position") WHERE "state" = 'waiting';
CREATE INDEX "bulk_action_item_sent_idx" ON "bulk_action_item" ("action_id") WHERE "state" = 'sent';
CREATE INDEX "bulk_action_item_uncounted_idx" ON "bulk_action_item" ("action_id") WHERE NOT "counted";
