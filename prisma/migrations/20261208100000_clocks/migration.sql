-- Windows are settled by our own clock, and what a source's clock says is never compared with it.
-- A feed that stood at the newest change goes on an hour before it; one in the middle of its first window begins again.
UPDATE "feed_cursor" SET "cursor" = CASE WHEN jsonb_typeof("cursor" -> 'since') = 'string'
    THEN jsonb_build_object('from', to_char(("cursor" ->> 'since')::timestamptz AT TIME ZONE 'UTC' - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'newest', null, 'heard', null, 'began', null, 'page', null)
    ELSE 'null'::jsonb END
  WHERE jsonb_typeof("cursor" -> 'since') IN ('string', 'null');

-- The newest change that a source has listed, by its clock, and when it was first listed, by ours.
ALTER TABLE "census" ADD COLUMN "newest_at" TIMESTAMPTZ(3), ADD COLUMN "newest_heard_at" TIMESTAMPTZ(3);
