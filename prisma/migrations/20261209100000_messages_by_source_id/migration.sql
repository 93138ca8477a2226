-- A message is traced by the id that its sender gave it: of an event the part behind its source.
create index message_identity_own_id_idx on message_identity (substring(source_message_id from position('|' in source_message_id) + 1));
