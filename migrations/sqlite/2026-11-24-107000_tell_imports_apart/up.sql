-- Terms of the balance that an old ledger's entry brought: they are counted apart, and what such a
-- case owes stays out of on-time rates.
ALTER TABLE movements ADD COLUMN imported BOOLEAN NOT NULL DEFAULT 0;
CREATE INDEX movements_imported ON movements (case_no) WHERE imported;
