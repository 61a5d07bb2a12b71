-- Returns the fields of a session: `Store::session`.
-- KEYS: the store; the session. ARGV: the names of the fields.
local session = redis.call('HMGET', KEYS[2], unpack(ARGV))
if redis.call('HEXISTS', KEYS[2], 'began') == 0 and redis.call('HEXISTS', KEYS[2], 'started_at') == 1 then
    return redis.error_reply('FORMAT 1')
end
return session
