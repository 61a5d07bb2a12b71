-- Revokes a subject: `Sequence::next` and `SubjectRevocation::following`, step by step.
-- KEYS: the store; the subject. ARGV: now; before; until; time to live beyond the end; the largest time and the largest
-- number of a sequence.
local now, before, till = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local sequence = tonumber(redis.call('HGET', KEYS[1], 'sequence') or '0')
sequence = math.min(math.max(sequence + 1, math.min(now, tonumber(ARGV[5]))), tonumber(ARGV[6]))
redis.call('HSET', KEYS[1], 'sequence', string.format('%.0f', sequence))

local there = redis.call('HMGET', KEYS[2], 'sequence', 'before', 'until')
if there[3] and not there[1] then
    return redis.error_reply('FORMAT 1')
end
if there[1] and now < tonumber(there[3]) then
    sequence = math.max(sequence, tonumber(there[1]))
    before = math.max(before, tonumber(there[2]))
    till = math.max(till, tonumber(there[3]))
end

redis.call('HSET', KEYS[2], 'sequence', string.format('%.0f', sequence), 'before', string.format('%.0f', before),
    'until', string.format('%.0f', till))
-- The longer of two times to live, because the clock of this caller may be ahead.
local left = math.max(redis.call('PTTL', KEYS[2]), math.max(till - now, 0) + tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[2], string.format('%.0f', left))
return 1
