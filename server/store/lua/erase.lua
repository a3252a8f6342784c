-- A person's name, ballots and receipts go; commits are put in the place of others. KEYS: redis_rows.keys; ARGV: the
-- person, and a list of XADD's arguments, each behind its version.
-- An entry of a stream cannot be changed, and one that is deleted stays in its node: the whole stream is written anew.
local meta, log, receipts, names, ballots, _, snapshot = unpack(KEYS)
local person, replaced, anew = ARGV[1], {}, log .. ':anew'
local version = tonumber(redis.call('HGET', meta, 'version'))
if not version then
    return {'unknown'}
end
local commits = cmsgpack.unpack(ARGV[2])
for _, commit in ipairs(commits) do
    if commit[1] < 1 or commit[1] > version then
        return {'missing'}
    end
    replaced[commit[2][1]] = commit[2]
end

if #commits > 0 then
    redis.call('DEL', anew)
    local after = '-'
    repeat
        local page = redis.call('XRANGE', log, after, '+', 'COUNT', 500)
        for _, entry in ipairs(page) do
            redis.call('XADD', anew, unpack(replaced[entry[1]] or {entry[1], unpack(entry[2])}))
            after = '(' .. entry[1]
        end
    until #page == 0
    redis.call('RENAME', anew, log)
end
-- None from before is taken any more: it may hold what goes now.
redis.call('HSET', snapshot, 'version', version, 'shape', '', 'data', '')
redis.call('HDEL', names, person)
local theirs = person .. '\0'
local function take_out(key)
    for _, field in ipairs(redis.call('HKEYS', key)) do
        if string.sub(field, 1, #theirs) == theirs then
            redis.call('HDEL', key, field)
        end
    end
end
take_out(receipts)
for _, round in ipairs(redis.call('SMEMBERS', ballots)) do
    take_out(ballots .. ':' .. round)
end
return {'ok'}
