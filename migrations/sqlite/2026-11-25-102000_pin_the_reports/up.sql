-- Units whose own figures leave a case out, as the log tells it: a report counts what stands in the
-- log up to one place and nothing later, so it may not ask what is true of the cases by now.
CREATE TABLE withheld (
    case_no TEXT NOT NULL,
    unit    TEXT NOT NULL,
    PRIMARY KEY (case_no, unit)
);
CREATE INDEX withheld_by_unit ON withheld (unit);

-- The audit reads case by case.
CREATE INDEX milestones_by_case ON milestones (case_no);

-- The audits that the service makes by itself, one for each local day: how far each has come, and what
-- it found. Whoever holds the lease goes on after the case in `after`; empty means from the first.
CREATE TABLE audits (
    day         TEXT NOT NULL PRIMARY KEY,
    begun_at    TIMESTAMP NOT NULL,
    ended_at    TIMESTAMP,
    lease       TEXT NOT NULL,
    lease_until TIMESTAMP NOT NULL,
    after       TEXT NOT NULL,
    entries     BIGINT NOT NULL,
    faults      BIGINT NOT NULL,
    first       TEXT
);

-- The tally is read again from the first entry of the log: only so do its rows of recusals come
-- from there.
DELETE FROM movements;
DELETE FROM arrivals;
DELETE FROM holdings;
DELETE FROM obligations;
DELETE FROM milestones;
DELETE FROM listings;
DELETE FROM outcomes;
UPDATE cursors SET pos = 0 WHERE reader = 'tally';
