-- What a person had fetched of a gap, by the names that its source gives; empty for other fixes.
ALTER TABLE "fix_attempt" ADD COLUMN "documents" TEXT[] DEFAULT ARRAY[]::TEXT[];
