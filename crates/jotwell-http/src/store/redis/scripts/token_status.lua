-- Whether a token is rejected: `StatusQuery::answer`, step by step.
-- KEYS: the store; the token; the session. Of the last two, one that the query does not have is a key that does not
-- exist. ARGV: now; its `iat`; whether a session is checked; prefix of the keys of subjects; subject or ''.
local ACTIVE, REVOKED, SUBJECT_REVOKED, SESSION_ENDED = 0, 1, 2, 3
local now, issued_at, subject = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[5]

local revoked = redis.call('GET', KEYS[2])
if revoked and now < tonumber(revoked) then
    return REVOKED
end

local began
if ARGV[3] == '1' then
    local session = redis.call('HMGET', KEYS[3], 'subject', 'began', 'expires_at')
    if not session[3] or now >= tonumber(session[3]) then
        return SESSION_ENDED
    end
    if not session[1] then
        return redis.error_reply('CORRUPT a session')
    end
    if not session[2] then
        return redis.error_reply('FORMAT 1')
    end
    began = session[2]
    if subject == '' then
        subject = session[1]
    end
end

if subject ~= '' then
    local revocation = redis.call('HMGET', ARGV[4] .. subject, 'sequence', 'before', 'until')
    if revocation[3] and not revocation[1] then
        return redis.error_reply('FORMAT 1')
    end
    local refused = revocation[1] and now < tonumber(revocation[3]) and issued_at <= tonumber(revocation[2])
    if began then
        refused = refuses_session(revocation, began, now)
    end
    if refused then
        return SUBJECT_REVOKED
    end
end
return ACTIVE
