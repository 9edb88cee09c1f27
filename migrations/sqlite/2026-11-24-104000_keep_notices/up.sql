-- Facts that belong to no case: a draw announced, a campaign opened. They are kept as entries are and
-- stand with them in one dense log, so a place in the log now names the one or the other. No foreign
-- key says «either of two tables»; triggers do, and neither kind of row can ever be taken away.

CREATE TABLE notices (
    id          TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    body        TEXT NOT NULL,
    salt        BLOB NOT NULL,
    leaf        TEXT NOT NULL
);
CREATE INDEX notices_by_kind ON notices (kind, id);
CREATE INDEX notices_by_leaf ON notices (leaf);

CREATE TRIGGER notices_no_update BEFORE UPDATE ON notices
BEGIN SELECT RAISE(ABORT, 'notices is append-only'); END;
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'notices is append-only'); END;
CREATE TRIGGER notices_no_replace BEFORE INSERT ON notices
WHEN EXISTS (SELECT 1 FROM notices WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'notices is append-only'); END;

CREATE TABLE unsealed_new (
    entry_id TEXT NOT NULL PRIMARY KEY
);
INSERT INTO unsealed_new SELECT entry_id FROM unsealed;
DROP TABLE unsealed;
ALTER TABLE unsealed_new RENAME TO unsealed;

CREATE TABLE log_new (
    pos      BIGINT NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE
);
INSERT INTO log_new SELECT pos, entry_id FROM log ORDER BY pos;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;

CREATE TRIGGER log_no_update BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_replace BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE pos = NEW.pos OR (entry_id = NEW.entry_id))
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_names_what_is_there BEFORE INSERT ON log
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id)
    AND NOT EXISTS (SELECT 1 FROM notices WHERE id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'neither an entry nor a notice'); END;
CREATE TRIGGER unsealed_names_what_is_there BEFORE INSERT ON unsealed
WHEN NOT EXISTS (SELECT 1 FROM entries WHERE id = NEW.entry_id)
    AND NOT EXISTS (SELECT 1 FROM notices WHERE id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'neither an entry nor a notice'); END;
