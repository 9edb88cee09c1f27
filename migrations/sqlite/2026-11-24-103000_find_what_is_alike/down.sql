DROP INDEX tip_words_by_point;
DROP INDEX tip_words_by_place;
DROP INDEX tip_words_by_accused;
ALTER TABLE tip_words DROP COLUMN place_key;
ALTER TABLE tip_words DROP COLUMN accused_key;
