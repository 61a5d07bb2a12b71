-- Scripts that write continue with this where replicas have to confirm it: it writes in any case. By its documentation
-- `WAIT` is about the writes of its own connection. So a script that finds what it would have written, because an attempt
-- before it was not confirmed, is confirmed together with that.
redis.call('HSET', KEYS[1], 'format', FORMAT)

