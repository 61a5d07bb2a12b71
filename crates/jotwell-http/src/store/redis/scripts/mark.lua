-- Every script that writes continues with this.
if not format then
    redis.call('HSET', KEYS[1], 'format', FORMAT)
end

