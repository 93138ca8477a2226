-- What a connector may still be called, over all workers: every claim takes from it under its lock, and a target that says "later" moves it on.
CREATE TABLE "connector_budget" (
    "connector" TEXT NOT NULL,
    "spent_until" TIMESTAMPTZ(6) NOT NULL DEFAULT '2000-01-01',

    CONSTRAINT "connector_budget_pkey" PRIMARY KEY ("connector")
);
ALTER TABLE "connector_budget" SET (fillfactor = 20);

-- Nothing is sent to a connector without one, so every connector has one, whatever program writes.
CREATE FUNCTION "budget_of_connector"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "connector_budget" ("connector") VALUES (NEW."id") ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;
CREATE TRIGGER "connector_has_budget" BEFORE INSERT ON "connector" FOR EACH ROW EXECUTE FUNCTION "budget_of_connector"();
INSERT INTO "connector_budget" ("connector") SELECT "id" FROM "connector" ON CONFLICT DO NOTHING;
