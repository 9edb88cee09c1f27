-- What no program may do, whatever its faults: change or take away what the ledger says, or close
-- a case to which something is still owed. REPLACE deletes without the DELETE trigger, so inserts
-- over an existing row are refused as well.

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;
CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id OR (case_no = NEW.case_no AND seq = NEW.seq))
BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;

CREATE TRIGGER tips_no_update BEFORE UPDATE ON tips
BEGIN SELECT RAISE(ABORT, 'tips is append-only'); END;
CREATE TRIGGER tips_no_delete BEFORE DELETE ON tips
BEGIN SELECT RAISE(ABORT, 'tips is append-only'); END;
CREATE TRIGGER tips_no_replace BEFORE INSERT ON tips
WHEN EXISTS (SELECT 1 FROM tips WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'tips is append-only'); END;

CREATE TRIGGER log_no_update BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;
CREATE TRIGGER log_no_replace BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE pos = NEW.pos OR (entry_id = NEW.entry_id))
BEGIN SELECT RAISE(ABORT, 'log is append-only'); END;

CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases
BEGIN SELECT RAISE(ABORT, 'cases are never deleted'); END;
CREATE TRIGGER duties_no_delete BEFORE DELETE ON duties
BEGIN SELECT RAISE(ABORT, 'duties are never deleted'); END;

CREATE TRIGGER cases_no_replace BEFORE INSERT ON cases
WHEN EXISTS (SELECT 1 FROM cases WHERE no = NEW.no)
BEGIN SELECT RAISE(ABORT, 'cases are never replaced'); END;
CREATE TRIGGER duties_no_replace BEFORE INSERT ON duties
WHEN EXISTS (SELECT 1 FROM duties WHERE case_no = NEW.case_no AND no = NEW.no)
BEGIN SELECT RAISE(ABORT, 'duties are never replaced'); END;

CREATE TRIGGER cases_not_born_closed BEFORE INSERT ON cases
WHEN NEW.state = 'closed' OR NEW.stage = 'closed'
BEGIN SELECT RAISE(ABORT, 'a case is not born closed'); END;
CREATE TRIGGER cases_not_closed_with_duties BEFORE UPDATE ON cases
WHEN (NEW.state = 'closed' OR NEW.stage = 'closed')
    AND EXISTS (SELECT 1 FROM duties WHERE case_no = NEW.no AND status = 'open' AND blocking)
BEGIN SELECT RAISE(ABORT, 'a case with a blocking duty may not be closed'); END;
CREATE TRIGGER cases_keep_number BEFORE UPDATE OF no ON cases
WHEN NEW.no <> OLD.no
BEGIN SELECT RAISE(ABORT, 'a case keeps its number'); END;

CREATE TRIGGER duties_not_under_closed BEFORE INSERT ON duties
WHEN NEW.status = 'open' AND NEW.blocking
    AND EXISTS (SELECT 1 FROM cases WHERE no = NEW.case_no AND (state = 'closed' OR stage = 'closed'))
BEGIN SELECT RAISE(ABORT, 'a closed case takes no blocking duty'); END;
CREATE TRIGGER duties_not_reopened BEFORE UPDATE ON duties
WHEN (OLD.status <> 'open' AND NEW.status = 'open') OR NEW.blocking <> OLD.blocking
    OR NEW.case_no <> OLD.case_no OR NEW.no <> OLD.no OR NEW.kind <> OLD.kind
BEGIN SELECT RAISE(ABORT, 'a duty ends once and keeps what it is'); END;
