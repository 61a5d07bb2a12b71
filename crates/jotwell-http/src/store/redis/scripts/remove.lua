-- Removes a session, and its name from the index of its subject. Part of scripts that end sessions.
local function remove_session(key, name, indexes)
    local subject = redis.call('HGET', key, 'subject')
    if subject then
        redis.call('ZREM', indexes .. subject, name)
    end
    return redis.call('DEL', key)
end

