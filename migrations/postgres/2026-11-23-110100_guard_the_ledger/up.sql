-- What no program may do, whatever its faults: change or take away what the ledger says, or close
-- a case to which something is still owed. TRUNCATE passes by the row triggers, so it has one of its
-- own.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

CREATE TRIGGER entries_no_update BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER tips_no_update BEFORE UPDATE OR DELETE ON tips
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tips_no_truncate BEFORE TRUNCATE ON tips
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER log_no_update BEFORE UPDATE OR DELETE ON log
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cases_no_truncate BEFORE TRUNCATE ON cases
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER duties_no_delete BEFORE DELETE ON duties
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER duties_no_truncate BEFORE TRUNCATE ON duties
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.no <> OLD.no THEN
        RAISE EXCEPTION 'a case keeps its number';
    END IF;
    IF NEW.state = 'closed' OR NEW.stage = 'closed' THEN
        IF TG_OP = 'INSERT' THEN
            RAISE EXCEPTION 'a case is not born closed';
        END IF;
        IF EXISTS (SELECT 1 FROM duties
                   WHERE case_no = NEW.no AND status = 'open' AND blocking) THEN
            RAISE EXCEPTION 'a case with a blocking duty may not be closed';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_guard BEFORE INSERT OR UPDATE ON cases
    FOR EACH ROW EXECUTE FUNCTION guard_case();

CREATE FUNCTION guard_duty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Waits for a closing that is under way in another transaction, then looks afresh.
        PERFORM 1 FROM cases WHERE no = NEW.case_no FOR SHARE;
        IF NEW.status = 'open' AND NEW.blocking AND EXISTS (
            SELECT 1 FROM cases WHERE no = NEW.case_no AND (state = 'closed' OR stage = 'closed')
        ) THEN
            RAISE EXCEPTION 'a closed case takes no blocking duty';
        END IF;
    ELSIF (OLD.status <> 'open' AND NEW.status = 'open') OR NEW.blocking <> OLD.blocking
        OR NEW.case_no <> OLD.case_no OR NEW.no <> OLD.no OR NEW.kind <> OLD.kind THEN
        RAISE EXCEPTION 'a duty ends once and keeps what it is';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER duties_guard BEFORE INSERT OR UPDATE ON duties
    FOR EACH ROW EXECUTE FUNCTION guard_duty();
