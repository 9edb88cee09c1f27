-- What the figures are made of: rows written from the sealed log by a reader with a cursor.

-- One row for each step of the balance and each tip, by the place in the log that made it.
CREATE TABLE movements (
    pos         BIGINT NOT NULL,
    part        INTEGER NOT NULL,
    term        TEXT NOT NULL,
    at          TIMESTAMP NOT NULL,
    unit        TEXT COLLATE "C" NOT NULL,
    other_unit  TEXT COLLATE "C",
    place       TEXT COLLATE "C" NOT NULL,
    case_no     TEXT COLLATE "C" NOT NULL,
    category    TEXT NOT NULL,
    PRIMARY KEY (pos, part)
);
CREATE INDEX movements_by_term ON movements (term, at);

-- Tips received, one row for each classification: a change takes the old row back (-1) and books
-- the new one (+1) on its own date.
CREATE TABLE arrivals (
    pos         BIGINT NOT NULL,
    part        INTEGER NOT NULL,
    n           INTEGER NOT NULL,
    at          TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    tip         TEXT COLLATE "C" NOT NULL,
    case_no     TEXT COLLATE "C" NOT NULL,
    channel     TEXT NOT NULL,
    place       TEXT COLLATE "C" NOT NULL,
    category    TEXT NOT NULL,
    PRIMARY KEY (pos, part)
);
CREATE INDEX arrivals_by_day ON arrivals (received_at);
CREATE INDEX arrivals_by_case ON arrivals (case_no);

-- Who held a case in which stage, from when to when: the balance is checked against these.
CREATE TABLE holdings (
    pos     BIGINT NOT NULL PRIMARY KEY,
    case_no TEXT COLLATE "C" NOT NULL,
    stage   TEXT NOT NULL,
    unit    TEXT COLLATE "C" NOT NULL,
    since   TIMESTAMP NOT NULL,
    until   TIMESTAMP
);
CREATE INDEX holdings_open ON holdings (case_no, until);
CREATE INDEX holdings_by_stage ON holdings (stage, since);

-- The clocks of duties as the log tells them; late_from is the first instant that is too late.
CREATE TABLE obligations (
    case_no   TEXT COLLATE "C" NOT NULL,
    no        INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    owner     TEXT COLLATE "C" NOT NULL,
    place     TEXT COLLATE "C" NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    late_from TIMESTAMP,
    ended_at  TIMESTAMP,
    status    TEXT NOT NULL,
    PRIMARY KEY (case_no, no)
);
CREATE INDEX obligations_ended ON obligations (ended_at);
CREATE INDEX obligations_due ON obligations (late_from);

-- Runs that are due: made unique here, so that neither a second instance nor a restart doubles one.
CREATE TABLE jobs (
    kind       TEXT NOT NULL,
    period     TEXT NOT NULL,
    scope      TEXT COLLATE "C" NOT NULL,
    due_at     TIMESTAMP NOT NULL,
    done_at    TIMESTAMP,
    attempts   INTEGER NOT NULL,
    lease      TEXT,
    lease_until TIMESTAMP,
    PRIMARY KEY (kind, period, scope)
);

CREATE TABLE reports (
    id           TEXT NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    period       TEXT NOT NULL,
    scope        TEXT COLLATE "C" NOT NULL,
    log_size     BIGINT NOT NULL,
    late         BOOLEAN NOT NULL,
    published_at TIMESTAMP NOT NULL,
    json         TEXT NOT NULL,
    UNIQUE (kind, period, scope)
);
