-- One write of a session: all of it, or nothing. Nothing is changed before everything is checked, for what a script has
-- written stays written. KEYS: redis_rows.keys; ARGV[1]: a redis_rows.Packed.
local meta, log, receipts, names, ballots, recent = unpack(KEYS)
local write = cmsgpack.unpack(ARGV[1])
local REMEMBERED = 64

-- The reply to this very write was lost on the way, and it is sent again.
if redis.call('LPOS', recent, write.id) then
    return {'ok'}
end

local known = redis.call('HMGET', meta, 'version', 'revision', 'used_at')
local version, revision, used_at = tonumber(known[1]), tonumber(known[2]), tonumber(known[3])
if #write.row > 0 then
    if version then
        return {'taken'}
    end
    version, revision, used_at = 0, 0, -1
elseif not version then
    return {'unknown'}
elseif revision ~= write.revision then
    return {'conflict', revision}
end
if #write.commits > 0 and write.first ~= version + 1 then
    return {'gap', version}
end
for _, receipt in ipairs(write.receipts) do
    if redis.call('HEXISTS', receipts, receipt[1]) == 1 then
        return {'answered'}
    end
end

if #write.row > 0 then
    redis.call('HSET', meta, unpack(write.row))
end
redis.call('HSET', meta, 'version', version + #write.commits, 'revision', revision + 1)
if tonumber(write.used_at) > used_at then
    redis.call('HSET', meta, 'used_at', write.used_at)
end
redis.call('LPUSH', recent, write.id)
redis.call('LTRIM', recent, 0, REMEMBERED - 1)
for _, commit in ipairs(write.commits) do
    redis.call('XADD', log, unpack(commit))
end
for _, receipt in ipairs(write.receipts) do
    redis.call('HSET', receipts, receipt[1], receipt[2])
end
for _, named in ipairs(write.names) do
    if named[2] == '' then
        redis.call('HDEL', names, named[1])
    else
        redis.call('HSET', names, named[1], named[2])
    end
end
-- `ballots` is the set of rounds that have any; each lies in a hash of its own, under the same tag.
for _, placed in ipairs(write.dots) do
    local round = ballots .. ':' .. placed[1]
    if placed[3] == '0' then
        redis.call('HDEL', round, placed[2])
    else
        redis.call('HSET', round, placed[2], placed[3])
        redis.call('SADD', ballots, placed[1])
    end
end
for _, closed in ipairs(write.closed) do
    redis.call('DEL', ballots .. ':' .. closed)
    redis.call('SREM', ballots, closed)
end
return {'ok'}
