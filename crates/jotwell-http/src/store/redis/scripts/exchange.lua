-- Takes a refresh token and makes its successor the current one: `Record::exchange`, step by step.
-- KEYS: the session. ARGV: now; the time of grace; what a subject's key begins with; presented, successor, salt;
-- when it was presented.
-- What became of it, and then the salt, the data and the end of the session.
local ROTATED, REPEATED, REUSED, ENDED = 1, 2, 3, 4
local now, grace = tonumber(ARGV[1]), tonumber(ARGV[2])

if redis.call('EXISTS', KEYS[1]) == 0 then
    return { ENDED, '', '', '0' }
end
local session = redis.call('HMGET', KEYS[1], 'subject', 'started_at', 'expires_at', 'current', 'data',
    'previous', 'salt', 'exchanged_at')
local subject, started_at, expires_at, current, data = unpack(session, 1, 5)
local previous, salt, exchanged_at = session[6], session[7], session[8]
if not (subject and started_at and expires_at and current and data) then
    return redis.error_reply('CORRUPT a session')
end

-- With one hash tag, the key of a subject is where the session's is, and may be made here.
local forbidden = redis.call('HMGET', ARGV[3] .. subject, 'before', 'until')
local is_forbidden = forbidden[1] and now < tonumber(forbidden[2])
    and tonumber(started_at) <= tonumber(forbidden[1])
if now >= tonumber(expires_at) or is_forbidden then
    redis.call('DEL', KEYS[1])
    return { ENDED, '', '', '0' }
end

if ARGV[4] == current then
    -- The time to live stays: a session ends when it ends.
    redis.call('HSET', KEYS[1], 'current', ARGV[5], 'previous', current, 'salt', ARGV[6], 'exchanged_at', ARGV[1])
    return { ROTATED, '', data, expires_at }
end
if ARGV[4] == previous then
    local after, ahead = tonumber(ARGV[7]) - tonumber(exchanged_at), tonumber(exchanged_at) - now
    if math.max(after, ahead, 0) < grace then
        return { REPEATED, salt, data, expires_at }
    end
end
redis.call('DEL', KEYS[1])
return { REUSED, '', '', '0' }
