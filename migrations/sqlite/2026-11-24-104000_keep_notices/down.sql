-- A log that holds notices cannot go back: its places would name nothing, and the keys refuse it.
CREATE TABLE unsealed_old (
    entry_id TEXT NOT NULL PRIMARY KEY REFERENCES entries (id)
);
INSERT INTO unsealed_old SELECT entry_id FROM unsealed;
DROP TABLE unsealed;
ALTER TABLE unsealed_old RENAME TO unsealed;

CREATE TABLE log_old (
    pos      BIGINT NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE REFERENCES entries (id)
);
INSERT INTO log_old SELECT pos, entry_id FROM log ORDER BY pos;
DROP TABLE log;
ALTER TABLE log_old RENAME TO log;

CREATE TRIGGER log_no_update BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_replace BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE pos = NEW.pos OR (entry_id = NEW.entry_id))
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;

DROP TABLE notices;
