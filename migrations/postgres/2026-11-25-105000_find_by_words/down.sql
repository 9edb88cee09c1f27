DROP INDEX cases_by_opening;
DROP INDEX cases_by_category;
DELETE FROM cursors WHERE reader = 'marks';
DROP FUNCTION cases_bearing(TSQUERY, BIGINT, BIGINT);
DROP TABLE case_marks;
