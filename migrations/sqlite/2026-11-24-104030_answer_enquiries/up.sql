-- Enquiries (群众咨询): questions, not tips. They open no case and stand in no balance.
CREATE TABLE enquiries (
    id          TEXT NOT NULL PRIMARY KEY,
    unit        TEXT NOT NULL,
    place       TEXT NOT NULL,
    channel     TEXT NOT NULL,
    category    TEXT NOT NULL,
    text        TEXT NOT NULL,
    asked_at    TIMESTAMP NOT NULL,
    asked_by    TEXT NOT NULL REFERENCES users (id),
    answer      TEXT,
    answered_at TIMESTAMP,
    answered_by TEXT REFERENCES users (id)
);
CREATE INDEX enquiries_by_unit ON enquiries (unit, id);
CREATE INDEX enquiries_by_day ON enquiries (asked_at, place);
CREATE INDEX enquiries_by_answer ON enquiries (answered_at, place);
