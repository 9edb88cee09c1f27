-- Users, the ledger, the tips and what stands beside them.
-- Times are UTC to the microsecond; codes and numbers are text compared byte by byte.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id            TEXT NOT NULL PRIMARY KEY,
    login         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    unit          TEXT COLLATE "C" NOT NULL,
    roles         TEXT NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    TIMESTAMP NOT NULL
);

-- Bearer tokens and browser sessions, by the hash of their secret.
CREATE TABLE credentials (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL CHECK (kind IN ('token', 'session')),
    user_id     TEXT NOT NULL REFERENCES users (id),
    created_at  TIMESTAMP NOT NULL,
    seen_at     TIMESTAMP NOT NULL
);
CREATE INDEX credentials_by_user ON credentials (user_id);

CREATE TABLE cases (
    no          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    last_seq    INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    state       TEXT NOT NULL,
    holder      TEXT COLLATE "C" NOT NULL,
    place       TEXT COLLATE "C" NOT NULL,
    category    TEXT NOT NULL,
    opened_at   TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL
);
CREATE INDEX cases_by_place ON cases (place, no);
CREATE INDEX cases_by_holder ON cases (holder, no);
CREATE INDEX cases_by_state ON cases (state, no);

CREATE TABLE entries (
    id          TEXT NOT NULL PRIMARY KEY,
    case_no     TEXT COLLATE "C" NOT NULL REFERENCES cases (no),
    seq         INTEGER NOT NULL,
    act         TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    body        TEXT NOT NULL,
    salt        BYTEA NOT NULL,
    leaf        TEXT NOT NULL,
    UNIQUE (case_no, seq)
);
CREATE INDEX entries_by_leaf ON entries (leaf);

CREATE TABLE duties (
    case_no   TEXT COLLATE "C" NOT NULL REFERENCES cases (no),
    no        INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    owner     TEXT COLLATE "C" NOT NULL,
    tip       TEXT,
    opened_at TIMESTAMP NOT NULL,
    due_at    TIMESTAMP,
    rule      TEXT NOT NULL,
    blocking  BOOLEAN NOT NULL,
    paused    BOOLEAN NOT NULL,
    status    TEXT NOT NULL CHECK (status IN ('open', 'discharged', 'lapsed')),
    ended_at  TIMESTAMP,
    PRIMARY KEY (case_no, no)
);
CREATE INDEX duties_due ON duties (status, due_at);
CREATE INDEX duties_by_owner ON duties (owner, status);

-- Units that hold a case, ever held it, or owe it a duty: they may see it wherever it lies.
CREATE TABLE case_units (
    case_no TEXT COLLATE "C" NOT NULL REFERENCES cases (no),
    unit    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_no, unit)
);
CREATE INDEX case_units_by_unit ON case_units (unit, case_no);

-- Units kept away from a case.
CREATE TABLE case_recusals (
    case_no     TEXT COLLATE "C" NOT NULL REFERENCES cases (no),
    unit        TEXT COLLATE "C" NOT NULL,
    provisional BOOLEAN NOT NULL,
    PRIMARY KEY (case_no, unit)
);

CREATE TABLE tips (
    number      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    case_no     TEXT COLLATE "C" NOT NULL REFERENCES cases (no),
    entry_id    TEXT NOT NULL REFERENCES entries (id),
    channel     TEXT NOT NULL,
    mode        TEXT NOT NULL,
    occurred_on TEXT,
    received_at TIMESTAMP NOT NULL,
    source      TEXT,
    external_id TEXT,
    code_hash   TEXT NOT NULL,
    UNIQUE (source, external_id)
);
CREATE INDEX tips_by_case ON tips (case_no);

-- What informants said, apart from the ledger, so that it can be erased at the end of its time.
CREATE TABLE tip_words (
    entry_id   TEXT NOT NULL PRIMARY KEY REFERENCES entries (id),
    tip        TEXT COLLATE "C" NOT NULL,
    salt       BYTEA NOT NULL,
    title      TEXT,
    text       TEXT NOT NULL,
    place_text TEXT,
    accused    TEXT,
    lon        DOUBLE PRECISION,
    lat        DOUBLE PRECISION
);
CREATE INDEX tip_words_by_tip ON tip_words (tip);

-- Who they are: sealed under a key of its own for each tip, that key wrapped by one outside.
CREATE TABLE tip_identities (
    tip         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    wrapped_key BYTEA NOT NULL,
    sealed      BYTEA NOT NULL
);

CREATE TABLE files (
    sha256      TEXT NOT NULL PRIMARY KEY,
    bytes       BIGINT NOT NULL,
    media_type  TEXT NOT NULL,
    stored_at   TIMESTAMP NOT NULL
);

-- The first answer to each keyed request, sealed, to be given again.
CREATE TABLE answers (
    key_hash  TEXT NOT NULL PRIMARY KEY,
    body_hash TEXT NOT NULL,
    status    INTEGER NOT NULL,
    sealed    BYTEA NOT NULL,
    at        TIMESTAMP NOT NULL
);
CREATE INDEX answers_by_age ON answers (at);

-- The dense log: every entry gets one place, in the order of sealing.
CREATE TABLE unsealed (
    entry_id TEXT NOT NULL PRIMARY KEY REFERENCES entries (id)
);
CREATE TABLE log (
    pos      BIGINT NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE REFERENCES entries (id)
);
CREATE TABLE log_head (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL
);
INSERT INTO log_head (id, size) VALUES (1, 0);

-- How far each reader of the log has come.
CREATE TABLE cursors (
    reader TEXT NOT NULL PRIMARY KEY,
    pos    BIGINT NOT NULL
);
INSERT INTO cursors (reader, pos) VALUES ('tally', 0);

-- Who does what only one may do at a time.
CREATE TABLE leases (
    name  TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until TIMESTAMP NOT NULL
);
