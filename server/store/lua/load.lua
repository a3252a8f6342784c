-- A session as it is, with the first page of its commits. KEYS: redis_rows.keys; ARGV: the version after which, how many
-- commits at most, and the revision that is known already, or ''.
local meta, log, _, names, ballots = unpack(KEYS)
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
local commits = redis.call('XRANGE', log, ARGV[1] + 1 .. '-1', '+', 'COUNT', ARGV[2])
return {'ok', revision, tonumber(known[1]), commits, redis.call('HGETALL', names), rounds}
