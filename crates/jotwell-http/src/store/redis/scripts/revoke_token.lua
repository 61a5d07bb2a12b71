-- Refuses a token until it would have expired. Of two such moments the later holds, and of two times to live the longer:
-- who said so first may have been ahead of time.
-- KEYS: the token. ARGV: until; time to live.
local till = ARGV[1]
local there = redis.call('GET', KEYS[1])
if there and tonumber(there) > tonumber(till) then
    till = there
end
local left = math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[2]))
redis.call('SET', KEYS[1], till, 'PX', string.format('%.0f', left))
return 1
