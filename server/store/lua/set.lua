-- A field of a session that is there. KEYS: redis_rows.keys; ARGV: field, value.
if redis.call('EXISTS', KEYS[1]) == 0 then
    return {'unknown'}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return {'ok'}
