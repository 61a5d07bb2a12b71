-- The second part of every script that writes.
if not format then
    redis.call('HSET', KEYS[1], 'format', FORMAT)
end

