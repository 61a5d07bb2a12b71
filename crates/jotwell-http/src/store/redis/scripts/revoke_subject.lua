-- Refuses what a subject has from `before` or earlier: `Forbidden::following`, step by step.
-- KEYS: the subject. ARGV: now; before; until; time to live beyond the end.
local now, before, till = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local there = redis.call('HMGET', KEYS[1], 'before', 'until')
if there[1] and now < tonumber(there[2]) then
    before = math.max(before, tonumber(there[1]) + 1)
    till = math.max(till, tonumber(there[2]))
end

redis.call('HSET', KEYS[1], 'before', string.format('%.0f', before), 'until', string.format('%.0f', till))
-- Of two times to live the longer: who says so now may be ahead of time.
local left = math.max(redis.call('PTTL', KEYS[1]), math.max(till - now, 0) + tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left))
return 1
