-- A message has one content, and one place in the box of each of the two who have it: ids count per account.
CREATE TABLE contents (
    id                INTEGER PRIMARY KEY,
    sender            INTEGER NOT NULL,
    sender_message    INTEGER,
    recipient         INTEGER NOT NULL,
    recipient_message INTEGER,
    random_id         INTEGER,
    date              INTEGER NOT NULL,
    edit_date         INTEGER,
    text              TEXT NOT NULL,
    traits            INTEGER NOT NULL,
    grouped_id        INTEGER,
    via_bot           INTEGER,
    entities          BLOB,
    media             BLOB,
    reply_markup      BLOB,
    fwd_from          BLOB,
    reply_header      BLOB
) STRICT;
CREATE UNIQUE INDEX contents_by_random_id ON contents (sender, random_id) WHERE random_id IS NOT NULL;

CREATE TABLE boxes (
    owner             INTEGER NOT NULL,
    id                INTEGER NOT NULL,
    peer              INTEGER NOT NULL,
    content           INTEGER NOT NULL,
    pts               INTEGER NOT NULL,
    reply_to          INTEGER,
    PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX boxes_by_peer ON boxes (owner, peer, id);

CREATE TABLE dialogs (
    owner             INTEGER NOT NULL,
    peer              INTEGER NOT NULL,
    top_message       INTEGER NOT NULL,
    read_inbox        INTEGER NOT NULL DEFAULT 0,
    read_outbox       INTEGER NOT NULL DEFAULT 0,
    unread            INTEGER NOT NULL DEFAULT 0,
    unread_mark       INTEGER NOT NULL DEFAULT 0,
    pinned            INTEGER,
    draft             BLOB,
    PRIMARY KEY (owner, peer)
) STRICT, WITHOUT ROWID;

-- What each pts of an account stands for. `body` is an Update for all but new and edited messages, which are
-- shown as they are when somebody asks.
CREATE TABLE happenings (
    owner             INTEGER NOT NULL,
    pts               INTEGER NOT NULL,
    kind              INTEGER NOT NULL,
    message           INTEGER,
    body              BLOB,
    PRIMARY KEY (owner, pts)
) STRICT, WITHOUT ROWID;

-- What 777000 has written so far.
INSERT INTO contents (id, sender, recipient, recipient_message, date, text, traits)
    SELECT row_number() OVER (ORDER BY user_id, id), 777000, user_id, id, date, text, 0 FROM messages;
INSERT INTO boxes (owner, id, peer, content, pts)
    SELECT recipient, recipient_message, 777000, contents.id, pts FROM contents
    JOIN messages ON user_id = recipient AND messages.id = recipient_message;
INSERT INTO happenings (owner, pts, kind, message) SELECT user_id, pts, 0, id FROM messages;
INSERT INTO dialogs (owner, peer, top_message, unread)
    SELECT user_id, 777000, max(id), count(*) FROM messages GROUP BY user_id;
DROP TABLE messages;
