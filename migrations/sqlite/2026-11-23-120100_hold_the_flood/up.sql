-- Tips of a flood: taken in like any other and kept apart from the daily lists until somebody lets
-- them back. A group is a source or a text; where a source is, stands nowhere.
CREATE TABLE holds (
    tip         TEXT NOT NULL PRIMARY KEY REFERENCES tips (number),
    case_no     TEXT NOT NULL REFERENCES cases (no),
    group_key   TEXT NOT NULL,
    reason      TEXT NOT NULL,
    held_at     TIMESTAMP NOT NULL,
    released_at TIMESTAMP,
    released_by TEXT REFERENCES users (id)
);
CREATE INDEX holds_by_case ON holds (case_no);
CREATE INDEX holds_by_group ON holds (group_key);
