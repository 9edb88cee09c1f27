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
