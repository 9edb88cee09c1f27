DROP INDEX cases_by_opening;
DROP INDEX cases_by_category;
DELETE FROM cursors WHERE reader = 'marks';
DROP TABLE case_marks;
