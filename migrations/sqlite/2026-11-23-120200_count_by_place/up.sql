-- Counts by place and period are answered from these alone, without a look into the rows.
CREATE INDEX arrivals_by_place ON arrivals (received_at, at, place, channel, category, n);
CREATE INDEX movements_by_place ON movements (term, at, place, unit, other_unit, case_no);
CREATE INDEX holdings_by_case ON holdings (case_no, since, until);
-- They begin as these did, so that these serve nothing any more.
DROP INDEX arrivals_by_day;
DROP INDEX movements_by_term;
