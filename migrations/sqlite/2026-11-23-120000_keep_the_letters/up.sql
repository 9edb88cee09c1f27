-- Letters by mail: who wants them, and what is to be sent.

-- Whom a published report of a kind and scope is announced to. A subscription that ended keeps its
-- row, so that the same one begun again is one row still.
CREATE TABLE subscriptions (
    id         TEXT NOT NULL PRIMARY KEY,
    email      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    scope      TEXT NOT NULL,
    lang       TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    created_by TEXT,
    ended_at   TIMESTAMP,
    UNIQUE (email, kind, scope)
);
CREATE INDEX subscriptions_by_report ON subscriptions (kind, scope);

-- One row for each letter, written in the commit of what it announces. The recipient stands here and
-- in no log. `handovers` counts how often the text was given to a mail server without a clear answer;
-- `last_error` is a class of failure, never a server's words.
CREATE TABLE outbox (
    id           TEXT NOT NULL PRIMARY KEY,
    about        TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    lang         TEXT NOT NULL,
    letter       TEXT NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    first_try_at TIMESTAMP,
    next_try_at  TIMESTAMP NOT NULL,
    attempts     INTEGER NOT NULL,
    handovers    INTEGER NOT NULL,
    lease_owner  TEXT,
    lease_until  TIMESTAMP,
    sent_at      TIMESTAMP,
    dead_at      TIMESTAMP,
    last_error   TEXT,
    UNIQUE (about, recipient)
);
CREATE INDEX outbox_waiting ON outbox (next_try_at) WHERE sent_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL;
