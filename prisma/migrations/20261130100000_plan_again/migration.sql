-- Planners and equations have learned new terms: everything that stands is planned again by the rules of today.
INSERT INTO "wake" ("subject_id") SELECT "id" FROM "subject";
