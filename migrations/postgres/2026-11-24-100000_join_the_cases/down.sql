DROP INDEX cases_by_severity;
ALTER TABLE cases DROP COLUMN severity;
DROP INDEX cases_by_carrier;
ALTER TABLE cases DROP COLUMN carrier;
