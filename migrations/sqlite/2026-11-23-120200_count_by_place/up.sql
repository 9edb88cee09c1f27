-- Counts by place and period are answered from these alone, without a look into the rows.
CREATE INDEX arrivals_by_place ON arrivals (received_at, at, place, channel, category, n);
CREATE INDEX movements_by_place ON movements (term, at, place, unit, other_unit, case_no);
CREATE INDEX holdings_by_case ON holdings (case_no, since, until);
-- By their ends: what has ended long ago, which is most, need not be looked at.
CREATE INDEX holdings_by_end ON holdings (stage, until, since, unit);
CREATE INDEX obligations_by_end ON obligations (ended_at, late_from, opened_at, status, place);
-- They begin as some of these do, or lead the planner through all that ever was.
DROP INDEX arrivals_by_day;
DROP INDEX movements_by_term;
DROP INDEX holdings_by_stage;
DROP INDEX obligations_ended;
