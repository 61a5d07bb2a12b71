-- Returns the position in the order of revocations: `Store::sequence`.
-- KEYS: the store.
return redis.call('HGET', KEYS[1], 'sequence') or '0'
