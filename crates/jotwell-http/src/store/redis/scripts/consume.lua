-- Marks a single-use token as used: `Store::consume`. 1 for the first caller, 0 for all others until then.
-- KEYS: the store; the token. ARGV: now; until; time to live.
local there = redis.call('GET', KEYS[2])
if there and tonumber(ARGV[1]) < tonumber(there) then
    return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
