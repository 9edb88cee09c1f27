DROP TABLE outcomes;
DROP TABLE listings;
DROP TABLE milestones;
DROP INDEX movements_by_case;
DROP TABLE obligations;
-- The tally begins anew here, too.
DELETE FROM movements;
DELETE FROM arrivals;
DELETE FROM holdings;
UPDATE cursors SET pos = 0 WHERE reader = 'tally';
CREATE TABLE obligations (
    case_no   TEXT NOT NULL,
    no        INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    owner     TEXT NOT NULL,
    place     TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    late_from TIMESTAMP,
    ended_at  TIMESTAMP,
    status    TEXT NOT NULL,
    PRIMARY KEY (case_no, no)
);
CREATE INDEX obligations_due ON obligations (late_from);
CREATE INDEX obligations_by_end ON obligations (ended_at, late_from, opened_at, status, place);
