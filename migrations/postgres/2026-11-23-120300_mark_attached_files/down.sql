DROP INDEX files_unattached;
ALTER TABLE files DROP COLUMN attached;
