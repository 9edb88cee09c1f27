-- Whether a tip or an act names a file; what none names within a day is removed. Every file that was
-- there before counts as named: rather one kept too long than a piece of evidence lost.
ALTER TABLE files ADD COLUMN attached BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX files_unattached ON files (attached, stored_at);
