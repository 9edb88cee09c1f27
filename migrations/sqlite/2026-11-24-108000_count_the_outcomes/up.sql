-- The tally is read again from the first entry of the log: its rows from here on hold what the
-- indicators need, and what was tallied before is known to the log alone.
DELETE FROM movements;
DELETE FROM arrivals;
DELETE FROM holdings;
UPDATE cursors SET pos = 0 WHERE reader = 'tally';

-- Each clock that a duty had, from when to when: what was overdue at the end of a month stays so,
-- whatever date the duty is given afterwards. `saved` are the working days between its end and its
-- due date; none where no calendar reaches so far. `about` is the measure that it is for.
DROP TABLE obligations;
CREATE TABLE obligations (
    case_no   TEXT NOT NULL,
    no        INTEGER NOT NULL,
    turn      INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    about     INTEGER,
    owner     TEXT NOT NULL,
    place     TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    late_from TIMESTAMP,
    ended_at  TIMESTAMP,
    status    TEXT NOT NULL,
    saved     INTEGER,
    PRIMARY KEY (case_no, no, turn)
);
CREATE INDEX obligations_due ON obligations (late_from);
CREATE INDEX obligations_by_end
    ON obligations (ended_at, late_from, opened_at, status, place, kind, saved);

-- Whether a case was merged or came back after its closing is asked case by case.
CREATE INDEX movements_by_case ON movements (case_no, term, pos);

-- What is counted by itself: dispatches, objections, visits, re-checks, what a warning averted.
CREATE TABLE milestones (
    pos     BIGINT NOT NULL,
    part    INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    word    TEXT NOT NULL,
    n       BIGINT NOT NULL,
    at      TIMESTAMP NOT NULL,
    case_no TEXT NOT NULL,
    unit    TEXT NOT NULL,
    place   TEXT NOT NULL,
    PRIMARY KEY (pos, part)
);
CREATE INDEX milestones_by_day ON milestones (at, place, kind, word, n, case_no);

-- Cases listed for supervision, with the channel of their first tip.
CREATE TABLE listings (
    pos       BIGINT NOT NULL PRIMARY KEY,
    case_no   TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    situation TEXT NOT NULL,
    unit      TEXT NOT NULL,
    place     TEXT NOT NULL,
    channel   TEXT NOT NULL,
    lifted_at TIMESTAMP
);
CREATE INDEX listings_by_day ON listings (at, place);
CREATE INDEX listings_by_case ON listings (case_no);

-- What decisions ordered and what was done of it, in hundredths of the unit of its kind. What is
-- taken back is a row of its own below nothing.
CREATE TABLE outcomes (
    pos        BIGINT NOT NULL,
    part       INTEGER NOT NULL,
    case_no    TEXT NOT NULL,
    measure    INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    stage      TEXT NOT NULL,
    hundredths BIGINT NOT NULL,
    at         TIMESTAMP NOT NULL,
    unit       TEXT NOT NULL,
    place      TEXT NOT NULL,
    PRIMARY KEY (pos, part)
);
CREATE INDEX outcomes_by_day ON outcomes (at, place);
CREATE INDEX outcomes_by_case ON outcomes (case_no, measure);
