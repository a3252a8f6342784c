-- Nothing of a session stays. KEYS: redis_rows.keys.
local ballots = KEYS[5]
for _, round in ipairs(redis.call('SMEMBERS', ballots)) do
    redis.call('DEL', ballots .. ':' .. round)
end
redis.call('DEL', unpack(KEYS))
return {'ok'}
