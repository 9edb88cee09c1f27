-- Draws of cases for a re-check. The population and the candidates stand here as they were when the
-- draw was announced; the notice commits to both by their hashes. One draw for each kind, period and
-- scope: whoever dislikes what came out cannot draw it again.
CREATE TABLE draws (
    id              TEXT NOT NULL PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('closed', 'refused')),
    period          TEXT NOT NULL,
    scope           TEXT NOT NULL,
    share_percent   INTEGER NOT NULL,
    seed            BLOB NOT NULL,
    log_size        BIGINT NOT NULL,
    population      TEXT NOT NULL,
    candidates      TEXT NOT NULL,
    candidates_salt BLOB NOT NULL,
    draw_at         TIMESTAMP NOT NULL,
    announced_by    TEXT NOT NULL REFERENCES users (id),
    announced       TEXT NOT NULL REFERENCES notices (id),
    result          TEXT REFERENCES notices (id),
    UNIQUE (kind, period, scope)
);
CREATE INDEX draws_waiting ON draws (draw_at) WHERE result IS NULL;
