CREATE TABLE calls (
    id               TEXT PRIMARY KEY NOT NULL,
    began            TEXT NOT NULL,
    answered         TEXT,
    ended            TEXT NOT NULL,
    total_ms         INTEGER NOT NULL,
    talk_ms          INTEGER,
    direction        TEXT NOT NULL,
    dnis             TEXT NOT NULL,
    ani              TEXT NOT NULL,
    redirecting      TEXT NOT NULL,
    line             TEXT NOT NULL,
    port             INTEGER,
    campaign         TEXT NOT NULL,
    agent            INTEGER,
    joined           TEXT,
    ended_by         TEXT NOT NULL,
    cause            TEXT NOT NULL,
    sip_status       INTEGER,
    q850             INTEGER,
    codec            TEXT,
    packets_sent     INTEGER,
    packets_received INTEGER,
    packets_lost     INTEGER,
    loss_percent     REAL,
    far_loss_percent REAL,
    jitter_ms        REAL,
    mos              REAL
) STRICT, WITHOUT ROWID;
CREATE INDEX calls_began ON calls (began);
CREATE INDEX calls_dnis ON calls (dnis);
CREATE INDEX calls_ani ON calls (ani);
