ALTER TABLE enquiries DROP COLUMN has_place;
ALTER TABLE enquiries DROP COLUMN tip;
