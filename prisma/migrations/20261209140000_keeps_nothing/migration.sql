-- An exception may name a command that keeps nothing back: such a one hides no hold.
ALTER TABLE "exception_item" ADD COLUMN "keeps_nothing" BOOLEAN NOT NULL DEFAULT false;
