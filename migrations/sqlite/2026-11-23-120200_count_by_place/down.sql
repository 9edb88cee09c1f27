CREATE INDEX movements_by_term ON movements (term, at);
CREATE INDEX arrivals_by_day ON arrivals (received_at);
DROP INDEX holdings_by_case;
DROP INDEX movements_by_place;
DROP INDEX arrivals_by_place;
