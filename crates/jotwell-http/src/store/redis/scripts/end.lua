-- Ends a session: `Store::end`. 1 if it was there, 0 otherwise.
-- KEYS: the store; the session.
return redis.call('DEL', KEYS[2])
