-- Facts that belong to no case: a draw announced, a campaign opened. They are kept as entries are and
-- stand with them in one dense log, so a place in the log now names the one or the other. No foreign
-- key says «either of two tables»; triggers do, and neither kind of row can ever be taken away.

CREATE TABLE notices (
    id          TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    body        TEXT NOT NULL,
    salt        BYTEA NOT NULL,
    leaf        TEXT NOT NULL
);
CREATE INDEX notices_by_kind ON notices (kind, id);
CREATE INDEX notices_by_leaf ON notices (leaf);

CREATE TRIGGER notices_no_update BEFORE UPDATE OR DELETE ON notices
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notices_no_truncate BEFORE TRUNCATE ON notices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE unsealed DROP CONSTRAINT unsealed_entry_id_fkey;
ALTER TABLE log DROP CONSTRAINT log_entry_id_fkey;

CREATE FUNCTION guard_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id)
        AND NOT EXISTS (SELECT 1 FROM notices WHERE id = NEW.entry_id) THEN
        RAISE EXCEPTION 'neither an entry nor a notice';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER log_names_what_is_there BEFORE INSERT ON log
    FOR EACH ROW EXECUTE FUNCTION guard_log();
CREATE TRIGGER unsealed_names_what_is_there BEFORE INSERT ON unsealed
    FOR EACH ROW EXECUTE FUNCTION guard_log();
