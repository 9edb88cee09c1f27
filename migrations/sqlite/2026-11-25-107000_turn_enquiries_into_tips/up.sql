-- An enquiry that turned out to be a report ends with its tip; whether a place was named is kept, so
-- that the form of the call does not begin with the place of the desk.
ALTER TABLE enquiries ADD COLUMN tip TEXT;
ALTER TABLE enquiries ADD COLUMN has_place BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE enquiries SET has_place = TRUE WHERE place <> unit;
