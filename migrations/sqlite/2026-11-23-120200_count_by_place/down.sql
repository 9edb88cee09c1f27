CREATE INDEX obligations_ended ON obligations (ended_at);
CREATE INDEX holdings_by_stage ON holdings (stage, since);
CREATE INDEX movements_by_term ON movements (term, at);
CREATE INDEX arrivals_by_day ON arrivals (received_at);
DROP INDEX obligations_by_end;
DROP INDEX holdings_by_end;
DROP INDEX holdings_by_case;
DROP INDEX movements_by_place;
DROP INDEX arrivals_by_place;
