-- Begins a session: `SessionRecord::check_start`, and then `Store::create`. 1 if it began, 0 if there is one of that name
-- that has not expired, 2 if its subject was revoked after the login had begun.
-- KEYS: the store; the session; its subject.
-- ARGV: now; time to live; subject, began, started_at, expires_at, current, data; previous or '', and then copy, salt,
-- exchanged_at, is_forked, forks_before.
local CREATED, OCCUPIED, SUBJECT_REVOKED = 1, 0, 2
local now = tonumber(ARGV[1])

local revocation = redis.call('HMGET', KEYS[3], 'sequence', 'before', 'until')
if revocation[3] and not revocation[1] then
    return redis.error_reply('FORMAT 1')
end
if refuses_session(revocation, ARGV[4], now) then
    return SUBJECT_REVOKED
end
local there = redis.call('HGET', KEYS[2], 'expires_at')
if there and now < tonumber(there) then
    return OCCUPIED
end

redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'subject', ARGV[3], 'began', ARGV[4], 'started_at', ARGV[5], 'expires_at', ARGV[6],
    'current', ARGV[7], 'data', ARGV[8])
if ARGV[9] ~= '' then
    redis.call('HSET', KEYS[2], 'previous', ARGV[9], 'copy', ARGV[10], 'salt', ARGV[11], 'exchanged_at', ARGV[12],
        'is_forked', ARGV[13], 'forks_before', ARGV[14])
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return CREATED
