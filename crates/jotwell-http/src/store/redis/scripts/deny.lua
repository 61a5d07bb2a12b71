-- Refuses a token until it would have expired. Of two such moments the later holds.
-- KEYS: the token. ARGV: until; time to live.
local there = redis.call('GET', KEYS[1])
if not there or tonumber(there) < tonumber(ARGV[1]) then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
