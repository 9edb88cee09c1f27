-- The Merkle tree over the log, one row for each place: the hashes of the nodes that are complete with
-- this leaf, its own first and then upwards, 32 bytes each. Rows are only ever added. A database that
-- holds a log already is filled by `migrate` and by the sealer.

CREATE TABLE log_nodes (
    pos    BIGINT NOT NULL PRIMARY KEY,
    hashes BLOB NOT NULL
);
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE ON log_nodes
BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only'); END;
CREATE TRIGGER log_nodes_no_delete BEFORE DELETE ON log_nodes
BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only'); END;
CREATE TRIGGER log_nodes_no_replace BEFORE INSERT ON log_nodes
WHEN EXISTS (SELECT 1 FROM log_nodes WHERE pos = NEW.pos)
BEGIN SELECT RAISE(ABORT, 'log_nodes is append-only'); END;

-- The signed head of the log at the end of each day.
CREATE TABLE seal_heads (
    day      TEXT NOT NULL PRIMARY KEY,
    size     BIGINT NOT NULL,
    root     TEXT NOT NULL,
    note     TEXT NOT NULL,
    taken_at TIMESTAMP NOT NULL
);
CREATE TRIGGER seal_heads_no_update BEFORE UPDATE ON seal_heads
BEGIN SELECT RAISE(ABORT, 'seal_heads is append-only'); END;
CREATE TRIGGER seal_heads_no_delete BEFORE DELETE ON seal_heads
BEGIN SELECT RAISE(ABORT, 'seal_heads is append-only'); END;
CREATE TRIGGER seal_heads_no_replace BEFORE INSERT ON seal_heads
WHEN EXISTS (SELECT 1 FROM seal_heads WHERE day = NEW.day)
BEGIN SELECT RAISE(ABORT, 'seal_heads is append-only'); END;
