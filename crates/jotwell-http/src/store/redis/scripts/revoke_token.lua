-- Revokes a token until it would have expired: `Store::revoke_token`. The later of two ends and the longer of two times
-- to live apply, because the clock of the first caller may have been ahead.
-- KEYS: the store; the token. ARGV: until; time to live.
local till = ARGV[1]
local there = redis.call('GET', KEYS[2])
if there and tonumber(there) > tonumber(till) then
    till = there
end
local left = math.max(redis.call('PTTL', KEYS[2]), tonumber(ARGV[2]))
redis.call('SET', KEYS[2], till, 'PX', string.format('%.0f', left))
return 1
