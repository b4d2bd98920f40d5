-- A pin is of each box, since it can be made for one side only. A service message says something by its action.
ALTER TABLE boxes ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
CREATE INDEX boxes_pinned ON boxes (owner, peer, id) WHERE pinned;
ALTER TABLE contents ADD COLUMN action BLOB;
