CREATE TABLE calls (
    id               TEXT PRIMARY KEY,
    began            TIMESTAMPTZ NOT NULL,
    answered         TIMESTAMPTZ,
    ended            TIMESTAMPTZ NOT NULL,
    total_ms         BIGINT NOT NULL,
    talk_ms          BIGINT,
    direction        TEXT NOT NULL,
    dnis             TEXT NOT NULL,
    ani              TEXT NOT NULL,
    redirecting      TEXT NOT NULL,
    line             TEXT NOT NULL,
    port             BIGINT,
    campaign         TEXT NOT NULL,
    agent            BIGINT,
    joined           TEXT,
    ended_by         TEXT NOT NULL,
    cause            TEXT NOT NULL,
    sip_status       BIGINT,
    q850             BIGINT,
    codec            TEXT,
    packets_sent     BIGINT,
    packets_received BIGINT,
    packets_lost     BIGINT,
    loss_percent     DOUBLE PRECISION,
    far_loss_percent DOUBLE PRECISION,
    jitter_ms        DOUBLE PRECISION,
    mos              DOUBLE PRECISION
);
CREATE INDEX calls_began ON calls (began);
CREATE INDEX calls_dnis ON calls (dnis);
CREATE INDEX calls_ani ON calls (ani);
