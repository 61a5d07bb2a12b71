-- Notes that a one-time token was used: 1 for the first, 0 for all others until then.
-- KEYS: the token. ARGV: now; until; time to live.
local there = redis.call('GET', KEYS[1])
if there and tonumber(ARGV[1]) < tonumber(there) then
    return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
