-- By what is written in them cases are found: the marks that src/intake/sought.rs makes of their
-- words, divided by spaces, under the number of the case. It holds no text, only which case bears
-- which mark, and goes with the words. `detail` is off, for what is found is read again anyway.
CREATE VIRTUAL TABLE case_marks USING fts5 (
    marks, tokenize = 'ascii', content = '', contentless_delete = 1, detail = 'none'
);

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
