DROP INDEX movements_imported;
ALTER TABLE movements DROP COLUMN imported;
