-- Returns the newest sessions of a subject that are alive: `Store::sessions_of`, `SessionRecord::newest`.
-- KEYS: the store; the subject; its index. ARGV: now; prefix of the keys of sessions; how many at most; the names of the
-- fields. Returns the name and the fields of each.
local now, sessions, limit = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])

local revocation = redis.call('HMGET', KEYS[2], 'sequence', 'before', 'until')
if revocation[3] and not revocation[1] then
    return redis.error_reply('FORMAT 1')
end
local listed = {}
-- With one hash tag, the keys of the sessions are on the node of their index, so they may be computed here.
for _, name in ipairs(redis.call('ZREVRANGE', KEYS[3], 0, -1)) do
    if #listed >= limit then
        break
    end
    local key = sessions .. name
    local session = redis.call('HMGET', key, 'began', 'expires_at')
    if session[1] and session[2] then
        if now < tonumber(session[2]) and not refuses_session(revocation, session[1], now) then
            listed[#listed + 1] = { name, redis.call('HMGET', key, unpack(ARGV, 4)) }
        end
    elseif redis.call('EXISTS', key) == 1 then
        return redis.error_reply('CORRUPT a session')
    end
end
return listed
