-- Photos and documents. `body` is the object as messages show it, without the file reference; `secret` is what references
-- are made with.
CREATE TABLE files (
    id              INTEGER PRIMARY KEY,
    is_photo        INTEGER NOT NULL,
    access_hash     INTEGER NOT NULL,
    secret          BLOB NOT NULL,
    dc_id           INTEGER NOT NULL,
    date            INTEGER NOT NULL,
    body            BLOB NOT NULL
) STRICT;

-- What can be downloaded of each: sizes and thumbs by their letters, a document itself by none.
CREATE TABLE file_contents (
    file_id         INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    thumb_size      TEXT NOT NULL,
    content         BLOB NOT NULL,
    size            INTEGER NOT NULL,
    file_type       INTEGER NOT NULL,
    PRIMARY KEY (file_id, thumb_size)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_contents_by_content ON file_contents (content);

-- The bytes of files in a snapshot; empty in a store, which keeps them elsewhere.
CREATE TABLE carried_files (
    content         BLOB PRIMARY KEY,
    bytes           BLOB NOT NULL
) STRICT;
