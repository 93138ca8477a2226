-- What need not be acted on at once gives way to what must be. Whoever asks for both kinds skips through the index.
ALTER TABLE "wake" ADD COLUMN "patient" BOOLEAN NOT NULL DEFAULT false;
DROP INDEX "wake_due_at_idx";
CREATE INDEX "wake_patient_due_at_idx" ON "wake" ("patient", "due_at");
