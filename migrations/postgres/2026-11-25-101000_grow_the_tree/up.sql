-- The Merkle tree over the log, one row for each place: the hashes of the nodes that are complete with
-- this leaf, its own first and then upwards, 32 bytes each. Rows are only ever added. A database that
-- holds a log already is filled by `migrate` and by the sealer.

CREATE TABLE log_nodes (
    pos    BIGINT NOT NULL PRIMARY KEY,
    hashes BYTEA NOT NULL
);
CREATE TRIGGER log_nodes_no_update BEFORE UPDATE OR DELETE ON log_nodes
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_no_truncate BEFORE TRUNCATE ON log_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The signed head of the log at the end of each day.
CREATE TABLE seal_heads (
    day      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    size     BIGINT NOT NULL,
    root     TEXT COLLATE "C" NOT NULL,
    note     TEXT COLLATE "C" NOT NULL,
    taken_at TIMESTAMP NOT NULL
);
CREATE TRIGGER seal_heads_no_update BEFORE UPDATE OR DELETE ON seal_heads
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_heads_no_truncate BEFORE TRUNCATE ON seal_heads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
