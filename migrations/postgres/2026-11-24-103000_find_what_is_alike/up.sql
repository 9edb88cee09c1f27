-- By what cases about one matter are found: the accused and the place in words as they are compared,
-- beside the words they are made of and gone with them; and the points.

ALTER TABLE tip_words ADD COLUMN accused_key TEXT;
ALTER TABLE tip_words ADD COLUMN place_key TEXT;

-- What was there before is folded as far as SQL can; who is accused without a name has no key.
UPDATE tip_words SET accused_key = lower(replace(accused, ' ', ''))
    WHERE length(accused) >= 2 AND accused NOT LIKE '%某%';
UPDATE tip_words SET place_key = lower(replace(place_text, ' ', '')) WHERE length(place_text) >= 4;

CREATE INDEX tip_words_by_accused ON tip_words (accused_key) WHERE accused_key IS NOT NULL;
CREATE INDEX tip_words_by_place ON tip_words (place_key) WHERE place_key IS NOT NULL;
CREATE INDEX tip_words_by_point ON tip_words (lat, lon) WHERE lat IS NOT NULL;
