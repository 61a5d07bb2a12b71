-- Whether a token is refused: `Question::answer`, step by step.
-- KEYS: the token; the session. Either may be a key of nothing, where the question has none.
-- ARGV: now; its `iat`; whether a session is asked for; what a subject's key begins with; subject or ''.
local GOOD, DENIED, FORBIDDEN, ENDED = 0, 1, 2, 3
local now = tonumber(ARGV[1])

local denied = redis.call('GET', KEYS[1])
if denied and now < tonumber(denied) then
    return DENIED
end

local begun_at, subject = tonumber(ARGV[2]), ARGV[5]
if ARGV[3] == '1' then
    local session = redis.call('HMGET', KEYS[2], 'subject', 'started_at', 'expires_at')
    if not session[3] or now >= tonumber(session[3]) then
        return ENDED
    end
    if not (session[1] and session[2]) then
        return redis.error_reply('CORRUPT a session')
    end
    begun_at = tonumber(session[2])
    if subject == '' then
        subject = session[1]
    end
end

if subject ~= '' then
    local forbidden = redis.call('HMGET', ARGV[4] .. subject, 'before', 'until')
    if forbidden[1] and now < tonumber(forbidden[2]) and begun_at <= tonumber(forbidden[1]) then
        return FORBIDDEN
    end
end
return GOOD
