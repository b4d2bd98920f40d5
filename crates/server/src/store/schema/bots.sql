-- What bots say of themselves, by language; the empty language is for everybody else.
CREATE TABLE bot_infos (
    bot               INTEGER NOT NULL,
    lang_code         TEXT NOT NULL,
    about             TEXT NOT NULL,
    description       TEXT NOT NULL,
    PRIMARY KEY (bot, lang_code)
) STRICT, WITHOUT ROWID;

-- Their commands, by scope (a BotCommandScope) and language.
CREATE TABLE bot_commands (
    bot               INTEGER NOT NULL,
    scope             BLOB NOT NULL,
    lang_code         TEXT NOT NULL,
    commands          BLOB NOT NULL,
    PRIMARY KEY (bot, scope, lang_code)
) STRICT, WITHOUT ROWID;

-- Their menu buttons (a BotMenuButton), for one user or, with 0, for all.
CREATE TABLE bot_menu_buttons (
    bot               INTEGER NOT NULL,
    user_id           INTEGER NOT NULL,
    button            BLOB NOT NULL,
    PRIMARY KEY (bot, user_id)
) STRICT, WITHOUT ROWID;

-- Pressed buttons that wait for their bot's answer, with the call that pressed.
CREATE TABLE callback_queries (
    id                INTEGER PRIMARY KEY,
    bot               INTEGER NOT NULL,
    key_id            INTEGER NOT NULL,
    session_id        INTEGER NOT NULL,
    msg_id            INTEGER NOT NULL,
    wire_at           INTEGER NOT NULL,
    answer            BLOB,
    UNIQUE (key_id, session_id, msg_id)
) STRICT;
CREATE INDEX callback_queries_by_age ON callback_queries (wire_at);

ALTER TABLE accounts ADD COLUMN bot_info_version INTEGER NOT NULL DEFAULT 1;
