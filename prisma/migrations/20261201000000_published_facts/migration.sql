-- What a subject said to others is found by who said it: a reader that is named no more loses it.
CREATE INDEX "fact_published_idx" ON "fact" ("source", "grp", "document") WHERE "type" LIKE 'published.%';
