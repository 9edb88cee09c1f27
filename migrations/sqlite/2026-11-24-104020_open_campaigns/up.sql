-- Campaigns (专项督察): a set of divisions and a time. Which cases belong to one is asked, not kept.
-- `category` is a category, or a field with «.%», or «%»; `until` is when it ended or will end.
CREATE TABLE campaigns (
    id        TEXT NOT NULL PRIMARY KEY,
    name      TEXT NOT NULL,
    unit      TEXT NOT NULL,
    category  TEXT NOT NULL,
    since     TIMESTAMP NOT NULL,
    until     TIMESTAMP NOT NULL,
    ended_at  TIMESTAMP,
    text      TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    opened_by TEXT NOT NULL REFERENCES users (id)
);
CREATE INDEX campaigns_by_time ON campaigns (until, since);

-- Its divisions as half-open ranges of codes.
CREATE TABLE campaign_places (
    campaign TEXT NOT NULL REFERENCES campaigns (id),
    division TEXT NOT NULL,
    low      TEXT NOT NULL,
    high     TEXT NOT NULL,
    PRIMARY KEY (campaign, division)
);
