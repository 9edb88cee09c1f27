DROP TABLE seal_heads;
DROP TABLE log_nodes;
