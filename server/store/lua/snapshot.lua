-- A snapshot, unless one that is newer is there, or something was erased since, or the log does not go so far. KEYS:
-- redis_rows.keys; ARGV: version, shape, data.
local meta, snapshot = KEYS[1], KEYS[7]
local version = tonumber(redis.call('HGET', meta, 'version'))
if not version then
    return {'unknown'}
end
local newest = tonumber(redis.call('HGET', snapshot, 'version') or 0)
if tonumber(ARGV[1]) > newest and tonumber(ARGV[1]) <= version then
    redis.call('HSET', snapshot, 'version', ARGV[1], 'shape', ARGV[2], 'data', ARGV[3])
end
return {'ok'}
