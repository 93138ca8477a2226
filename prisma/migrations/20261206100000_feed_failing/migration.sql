-- Since when a feed does not answer, and what it says instead; both empty once it answers.
ALTER TABLE "feed_cursor" ADD COLUMN "failing_since" TIMESTAMPTZ(3);
ALTER TABLE "feed_cursor" ADD COLUMN "last_error" TEXT;
