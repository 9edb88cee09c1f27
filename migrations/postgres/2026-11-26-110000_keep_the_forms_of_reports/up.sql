-- The other forms of a published report, to the byte as they were when it was published: its pages
-- and its table. Reports of before have none; they are laid out anew from their JSON.
CREATE TABLE report_forms (
    report TEXT NOT NULL REFERENCES reports (id),
    form   TEXT NOT NULL,
    body   BYTEA NOT NULL,
    PRIMARY KEY (report, form)
);
