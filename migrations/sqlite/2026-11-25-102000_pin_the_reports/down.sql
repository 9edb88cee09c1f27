DROP TABLE audits;
DROP INDEX milestones_by_case;
DROP TABLE withheld;
