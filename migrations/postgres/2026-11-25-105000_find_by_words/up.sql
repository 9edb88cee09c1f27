-- By what is written in them cases are found: the marks that src/intake/sought.rs makes of their
-- words, under the number of the case. It holds no text, only which case bears which mark, and goes
-- with the words.
CREATE TABLE case_marks (
    no    BIGINT NOT NULL PRIMARY KEY,
    marks TSVECTOR NOT NULL
);
-- The marks are long and read through their index alone: kept apart, a thousand numbers are few pages.
ALTER TABLE case_marks ALTER COLUMN marks SET STORAGE EXTERNAL;
ALTER TABLE case_marks SET (toast_tuple_target = 128);
-- New rows wait in a list that every search reads too; a megabyte of it is read in milliseconds.
CREATE INDEX case_marks_by_mark ON case_marks
    USING gin (marks) WITH (fastupdate = on, gin_pending_list_limit = 1024);

-- Up to `most` cases below a number that bear marks, in no order: by the index whatever the planner
-- thinks, for where it takes two marks to be common it walks through all cases to find that no case
-- bears both.
CREATE FUNCTION cases_bearing(wanted TSQUERY, below BIGINT, most BIGINT) RETURNS SETOF BIGINT
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off
AS $$ SELECT no FROM case_marks WHERE marks @@ wanted AND no + 0 < below LIMIT most $$;

-- How far the log is read for it; `hotline migrate` goes on from here to the log's end.
INSERT INTO cursors (reader, pos) VALUES ('marks', 0);

-- Lists of one category, and of the cases that were opened in a time.
CREATE INDEX cases_by_category ON cases (category, no);
CREATE INDEX cases_by_opening ON cases (opened_at, no);

-- Whether a case is late is asked case by case. Without the date in this index the planner goes
-- through every late duty there is for each of them. The other two give the case without its row.
DROP INDEX duties_of_case;
CREATE INDEX duties_of_case ON duties (case_no, status, due_at);
DROP INDEX duties_due;
CREATE INDEX duties_due ON duties (status, due_at, case_no);
DROP INDEX duties_by_owner;
CREATE INDEX duties_by_owner ON duties (owner, status, case_no);
