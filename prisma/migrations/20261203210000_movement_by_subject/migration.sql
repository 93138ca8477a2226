-- Movements are read by subject or all of an entity. Each is written once and indexed at once: the subject alone is a short entry that repeats.
DROP INDEX "movement_subject_id_line_term_document_idx";
DROP INDEX "movement_entity_effective_on_term_idx";
CREATE INDEX "movement_subject_id_idx" ON "movement" ("subject_id");
