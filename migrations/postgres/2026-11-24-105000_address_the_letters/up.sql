-- Letters about cases: who gets them, of which duties they have spoken, how far the log is read.

-- Where a person's letters go, and which the person wants. Nobody gets any without a row here.
-- `digest_day` is the last local day whose digest was seen to; moving it is what makes one digest a
-- day of whatever several instances try.
CREATE TABLE mailboxes (
    user_id    TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    email      TEXT COLLATE "C" NOT NULL,
    lang       TEXT NOT NULL,
    work       BOOLEAN NOT NULL,
    digest     BOOLEAN NOT NULL,
    on_duty    BOOLEAN NOT NULL,
    digest_day TEXT COLLATE "C" NOT NULL
);

-- Tips whose informant left an e-mail address: that there is one, never which.
CREATE TABLE tips_by_mail (
    tip TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tips (number)
);

-- Each rung of the ladder of reminders is told once for a duty and a due date: a date that was
-- reckoned anew is told anew.
CREATE TABLE duty_tellings (
    case_no TEXT COLLATE "C" NOT NULL,
    duty_no INTEGER NOT NULL,
    rung    TEXT NOT NULL,
    due_at  TIMESTAMP NOT NULL,
    told_at TIMESTAMP NOT NULL,
    PRIMARY KEY (case_no, duty_no, rung, due_at)
);

-- The tip whose informant a letter goes to: `recipient` is empty then, and the address is taken out
-- of the vault when the letter leaves.
ALTER TABLE outbox ADD COLUMN tip TEXT COLLATE "C";

-- What happened before there were such letters is told to nobody.
INSERT INTO cursors (reader, pos) SELECT 'letters', size FROM log_head WHERE id = 1;
