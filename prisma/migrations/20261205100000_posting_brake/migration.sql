-- Whether postings of an entity are stopped, since when, by whom and why. The claim reads it, under a lock that a stop waits for.
CREATE TABLE "posting_brake" (
    "entity" TEXT NOT NULL,
    "stopped_at" TIMESTAMPTZ(3),
    "stopped_by" TEXT,
    "reason" TEXT,

    CONSTRAINT "posting_brake_pkey" PRIMARY KEY ("entity")
);

ALTER TABLE "posting_brake" ADD CONSTRAINT "posting_brake_says_why" CHECK (("stopped_at" IS NULL) = ("stopped_by" IS NULL) AND ("stopped_at" IS NULL) = ("reason" IS NULL));

-- Nothing is posted for an entity without one, so every entity that has a connector has one, whatever program writes.
CREATE FUNCTION "posting_brake_of_connector"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "posting_brake" ("entity") VALUES (NEW."entity") ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;
CREATE TRIGGER "connector_has_brake" BEFORE INSERT OR UPDATE OF "entity" ON "connector" FOR EACH ROW EXECUTE FUNCTION "posting_brake_of_connector"();
INSERT INTO "posting_brake" ("entity") SELECT DISTINCT "entity" FROM "connector" ON CONFLICT DO NOTHING;
