-- The start of every script: it rejects a namespace that another version of the store has written.
-- KEYS[1] is the hash of the store itself, with its format and its sequence.
local FORMAT = '3'
local format = redis.call('HGET', KEYS[1], 'format')
if format and format ~= FORMAT then
    return redis.error_reply('FORMAT ' .. format)
end

