DELETE FROM cursors WHERE reader = 'letters';
ALTER TABLE outbox DROP COLUMN tip;
DROP TABLE duty_tellings;
DROP TABLE tips_by_mail;
DROP TABLE mailboxes;
