-- Begins a session. 1, or 0 where there is one of that name that is not over.
-- KEYS: the session; what is forbidden to its subject.
-- ARGV: now; time to live; subject, started_at, expires_at, current, data; previous or '', and then copy, salt,
-- exchanged_at, is_forked, forks_before.
local now = tonumber(ARGV[1])

local there = redis.call('HGET', KEYS[1], 'expires_at')
if there and now < tonumber(there) then
    return 0
end

-- Nothing of a subject is believed that began up to some moment: what begins now counts as begun after it.
local started_at = ARGV[4]
local forbidden = redis.call('HMGET', KEYS[2], 'before', 'until')
if forbidden[1] and now < tonumber(forbidden[2]) and tonumber(started_at) <= tonumber(forbidden[1]) then
    started_at = string.format('%.0f', tonumber(forbidden[1]) + 1)
end

redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'subject', ARGV[3], 'started_at', started_at, 'expires_at', ARGV[5],
    'current', ARGV[6], 'data', ARGV[7])
if ARGV[8] ~= '' then
    redis.call('HSET', KEYS[1], 'previous', ARGV[8], 'copy', ARGV[9], 'salt', ARGV[10], 'exchanged_at', ARGV[11],
        'is_forked', ARGV[12], 'forks_before', ARGV[13])
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
