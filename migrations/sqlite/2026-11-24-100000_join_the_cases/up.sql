-- The case that carries the tips of this one: itself, or the one that it was merged into.
ALTER TABLE cases ADD COLUMN carrier TEXT NOT NULL DEFAULT '';
UPDATE cases SET carrier = no;
CREATE INDEX cases_by_carrier ON cases (carrier);
-- How pressing it is: danger, utility, general, complex.
ALTER TABLE cases ADD COLUMN severity TEXT NOT NULL DEFAULT 'general';
CREATE INDEX cases_by_severity ON cases (severity, no);
