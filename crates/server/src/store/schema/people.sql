-- Who people are to each other. The name of an account is found whatever the case; `online_until` is what others are
-- shown, `offline_at` when they are to be told that it is over.
ALTER TABLE accounts ADD COLUMN username TEXT COLLATE NOCASE;
ALTER TABLE accounts ADD COLUMN about TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN offline_at INTEGER;
CREATE UNIQUE INDEX accounts_by_username ON accounts (username) WHERE username IS NOT NULL;
CREATE INDEX accounts_by_offline ON accounts (offline_at) WHERE offline_at IS NOT NULL;

-- An address book. Numbers that nobody has wait in `saved_numbers` until somebody does.
CREATE TABLE contacts (
    owner_id        INTEGER NOT NULL REFERENCES accounts (id),
    user_id         INTEGER NOT NULL REFERENCES accounts (id),
    phone           TEXT NOT NULL,
    first_name      TEXT NOT NULL,
    last_name       TEXT NOT NULL,
    note            BLOB,
    PRIMARY KEY (owner_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_user ON contacts (user_id);
CREATE TABLE saved_numbers (
    owner_id        INTEGER NOT NULL REFERENCES accounts (id),
    phone           TEXT NOT NULL,
    first_name      TEXT NOT NULL,
    last_name       TEXT NOT NULL,
    PRIMARY KEY (owner_id, phone)
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_numbers_by_phone ON saved_numbers (phone);

-- Two lists: 0 for everything, 1 for stories.
CREATE TABLE blocked (
    owner_id        INTEGER NOT NULL REFERENCES accounts (id),
    list            INTEGER NOT NULL,
    user_id         INTEGER NOT NULL REFERENCES accounts (id),
    at              INTEGER NOT NULL,
    PRIMARY KEY (owner_id, list, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocked_by_user ON blocked (user_id);

-- What is not here is as it is for everybody. The rules are a vector of PrivacyRule.
CREATE TABLE privacy (
    user_id         INTEGER NOT NULL REFERENCES accounts (id),
    key             INTEGER NOT NULL,
    rules           BLOB NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;
