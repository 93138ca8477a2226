-- Leases in a row that ended without a word: workers that died with it in their hands.
ALTER TABLE "command" ADD COLUMN "deaths" INTEGER NOT NULL DEFAULT 0;
