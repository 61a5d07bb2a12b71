-- Ends a session: `Store::end`. 1 if it existed, 0 otherwise.
-- KEYS: the store; the session. ARGV: its name; prefix of the keys of indexes.
return remove_session(KEYS[2], ARGV[1], ARGV[2])
