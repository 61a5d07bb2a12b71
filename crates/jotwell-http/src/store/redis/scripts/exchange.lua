-- Exchanges a refresh token: `SessionRecord::exchange`, step by step.
-- KEYS: the store; the session. ARGV: now; grace; prefix of the keys of subjects; presented, copy, successor, salt; when
-- it was presented; the name of the session; prefix of the keys of indexes.
-- Returns the outcome, and then the salt, the data and the end of the session.
local ROTATED, RETRIED, RETRIED_BY_OTHER_COPY, REUSED, FORKED, ENDED = 1, 2, 3, 4, 5, 6
local MAX_FORKS = 1
local now, grace, subjects = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local presented, copy, successor, new_salt, presented_at = ARGV[4], ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8])

if redis.call('EXISTS', KEYS[2]) == 0 then
    return { ENDED, '', '', '0' }
end
local session = redis.call('HMGET', KEYS[2], 'subject', 'began', 'expires_at', 'current', 'data')
local subject, began, expires_at, current, data = unpack(session, 1, 5)
if not (subject and expires_at and current and data) then
    return redis.error_reply('CORRUPT a session')
end
-- With one hash tag, the key of a subject is on the node of the session, so it may be computed here.
local revocation = redis.call('HMGET', subjects .. subject, 'sequence', 'before', 'until')
if not began or revocation[3] and not revocation[1] then
    return redis.error_reply('FORMAT 1')
end
if now >= tonumber(expires_at) or refuses_session(revocation, began, now) then
    remove_session(KEYS[2], ARGV[9], ARGV[10])
    return { ENDED, '', '', '0' }
end

local previous = redis.call('HMGET', KEYS[2], 'previous', 'copy', 'salt', 'exchanged_at', 'is_forked', 'forks_before')
local token, exchanged_copy, salt, exchanged_at, is_forked, forks_before = unpack(previous, 1, 6)
if presented == current then
    local forks = '0'
    if is_forked == '1' then
        forks = string.format('%d', math.min(tonumber(forks_before) + 1, 255))
    end
    -- The time to live remains: an exchange does not extend a session.
    redis.call('HSET', KEYS[2], 'current', successor, 'previous', current, 'copy', copy, 'salt', new_salt,
        'exchanged_at', ARGV[1], 'is_forked', '0', 'forks_before', forks)
    return { ROTATED, '', data, expires_at }
end
if presented == token then
    local after, ahead = presented_at - tonumber(exchanged_at), tonumber(exchanged_at) - now
    if math.max(after, ahead, 0) < grace then
        if copy == exchanged_copy then
            return { RETRIED, salt, data, expires_at }
        end
        if is_forked ~= '1' then
            if tonumber(forks_before) >= MAX_FORKS then
                remove_session(KEYS[2], ARGV[9], ARGV[10])
                return { FORKED, '', '', '0' }
            end
            redis.call('HSET', KEYS[2], 'is_forked', '1')
        end
        return { RETRIED_BY_OTHER_COPY, salt, data, expires_at }
    end
end
remove_session(KEYS[2], ARGV[9], ARGV[10])
return { REUSED, '', '', '0' }
