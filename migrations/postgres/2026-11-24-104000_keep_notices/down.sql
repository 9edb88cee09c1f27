-- A log that holds notices cannot go back: its places would name nothing, and the keys refuse it.
DROP TRIGGER unsealed_names_what_is_there ON unsealed;
DROP TRIGGER log_names_what_is_there ON log;
DROP FUNCTION guard_log();
ALTER TABLE unsealed ADD CONSTRAINT unsealed_entry_id_fkey
    FOREIGN KEY (entry_id) REFERENCES entries (id);
ALTER TABLE log ADD CONSTRAINT log_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES entries (id);
DROP TABLE notices;
