-- One row that tells whether the store key fits, before anything else is read.
CREATE TABLE store_key (
    one       BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    key_check BYTEA  NOT NULL
);

-- The primary key takes each number once: two writers of one group cannot both append.
CREATE TABLE event (
    group_name VARCHAR(2100) NOT NULL,
    sequence   BIGINT        NOT NULL CHECK (sequence >= 1),
    kind       VARCHAR(100)  NOT NULL,
    payload    BYTEA         NOT NULL,
    PRIMARY KEY (group_name, sequence)
);

CREATE TABLE snapshot (
    group_name VARCHAR(2100) NOT NULL PRIMARY KEY,
    sequence   BIGINT        NOT NULL,
    kind       VARCHAR(100)  NOT NULL,
    payload    BYTEA         NOT NULL
);

CREATE TABLE outbox (
    id         BIGINT        NOT NULL PRIMARY KEY,
    group_name VARCHAR(2100) NOT NULL,
    payload    BYTEA         NOT NULL
);
