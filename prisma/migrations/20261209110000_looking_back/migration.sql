-- Lists that are sorted by last change name the next page otherwise: a window in work begins again where it began.
UPDATE "feed_cursor" SET "cursor" = "cursor" || '{"page": null, "began": null}'
  WHERE jsonb_typeof("cursor") = 'object' AND "cursor" ? 'began' AND "cursor" -> 'page' <> 'null';
-- The simulated warehouse's stock is polled in windows as all others are; it had a cursor of its own.
UPDATE "feed_cursor" SET "cursor" = 'null' WHERE "feed" = 'inventory' AND "cursor" ? 'since';
