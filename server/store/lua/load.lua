-- A session as it is, with the first page of its commits. KEYS: redis_rows.keys; ARGV: the version after which, how many
-- commits at most, the revision that is known already, or '', and the shape a snapshot must have to be given, or ''. What
-- is found comes packed: read in one piece, it costs a fraction of what thousands of small replies do.
local meta, log, _, names, ballots, _, snapshot = unpack(KEYS)
local known = redis.call('HMGET', meta, 'version', 'revision')
local revision, asked = tonumber(known[2]), tonumber(ARGV[3])
if not revision then
    return {'unknown'}
end
if asked and asked >= revision then
    return {asked == revision and 'same' or 'behind', revision}
end
local rounds = {}
for _, round in ipairs(redis.call('SMEMBERS', ballots)) do
    rounds[#rounds + 1] = {round, redis.call('HGETALL', ballots .. ':' .. round)}
end
local version, after, data = tonumber(known[1]), tonumber(ARGV[1]), false
local kept = redis.call('HMGET', snapshot, 'version', 'shape')
-- One from beyond the log is of writes that a Redis which took over never had.
if ARGV[4] ~= '' and kept[2] == ARGV[4] and tonumber(kept[1]) <= version then
    after, data = tonumber(kept[1]), redis.call('HGET', snapshot, 'data')
end
local commits = redis.call('XRANGE', log, after + 1 .. '-1', '+', 'COUNT', ARGV[2])
return {'ok', revision, version, cmsgpack.pack({commits, redis.call('HGETALL', names), rounds}), after, data}
