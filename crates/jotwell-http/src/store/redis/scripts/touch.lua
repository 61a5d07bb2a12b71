-- The second part of scripts that write if replicas have to confirm it: it always writes. According to its
-- documentation `WAIT` covers the writes of its own connection. So a script that finds its own effect, because an
-- earlier attempt was not confirmed, is confirmed together with it.
redis.call('HSET', KEYS[1], 'format', FORMAT)

