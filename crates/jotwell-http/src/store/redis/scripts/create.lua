-- Begins a session: `SessionRecord::check_start`, `SessionStart::displaced`, and then `Store::create`. 1 if it began, 0 if
-- there is one of that name that has not expired, 2 if its subject was revoked after the login had begun; and how many
-- others ended for it.
-- KEYS: the store; the session; its subject; the index of its subject.
-- ARGV: now; time to live; prefixes of the keys of sessions and of indexes; its name; the name of the session that it
-- replaces or ''; the limit or 0; subject, began, started_at, expires_at, current, data; previous or '', and then copy,
-- salt, exchanged_at, is_forked, forks_before.
local CREATED, OCCUPIED, SUBJECT_REVOKED = 1, 0, 2
local now, sessions, indexes, name = tonumber(ARGV[1]), ARGV[3], ARGV[4], ARGV[5]
local replaces, limit = ARGV[6], tonumber(ARGV[7])
local subject, began, started_at, expires_at, current, data = unpack(ARGV, 8, 13)

local revocation = redis.call('HMGET', KEYS[3], 'sequence', 'before', 'until')
if revocation[3] and not revocation[1] then
    return redis.error_reply('FORMAT 1')
end
if refuses_session(revocation, began, now) then
    return { SUBJECT_REVOKED, 0 }
end
local there = redis.call('HGET', KEYS[2], 'expires_at')
if there and now < tonumber(there) then
    return { OCCUPIED, 0 }
end

-- With one hash tag, all these keys are on the node of the session, so they may be computed here.
remove_session(KEYS[2], name, indexes)
if replaces ~= '' then
    remove_session(sessions .. replaces, replaces, indexes)
end
-- The index is ordered by the start of a session, and then by its name.
local displaced = 0
if limit > 0 then
    local alive = {}
    for _, other in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
        local session = redis.call('HMGET', sessions .. other, 'began', 'expires_at')
        if not session[2] then
            redis.call('ZREM', KEYS[4], other)
        elseif now < tonumber(session[2]) and not refuses_session(revocation, session[1], now) then
            alive[#alive + 1] = other
        end
    end
    for place = 1, #alive + 1 - limit do
        remove_session(sessions .. alive[place], alive[place], indexes)
        displaced = displaced + 1
    end
else
    -- Each call adds one name and removes up to two whose sessions have expired in Redis. So the index does not grow
    -- without limit.
    for _, other in ipairs(redis.call('ZRANGE', KEYS[4], 0, 1)) do
        if redis.call('EXISTS', sessions .. other) == 0 then
            redis.call('ZREM', KEYS[4], other)
        end
    end
end

redis.call('HSET', KEYS[2], 'subject', subject, 'began', began, 'started_at', started_at, 'expires_at', expires_at,
    'current', current, 'data', data)
if ARGV[14] ~= '' then
    redis.call('HSET', KEYS[2], 'previous', ARGV[14], 'copy', ARGV[15], 'salt', ARGV[16], 'exchanged_at', ARGV[17],
        'is_forked', ARGV[18], 'forks_before', ARGV[19])
end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[4], started_at, name)
local left = math.max(redis.call('PTTL', KEYS[4]), tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[4], string.format('%.0f', left))
return { CREATED, displaced }
