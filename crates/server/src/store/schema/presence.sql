-- Until when the client behind a key said that it is looked at: an account is online while one of its clients is.
ALTER TABLE auth_keys ADD COLUMN online_until INTEGER;
