-- Drop the receipts from before an instant (ARGV[1]). KEYS: redis_rows.keys.
local receipts, before = KEYS[3], tonumber(ARGV[1])
local cursor = '0'
repeat
    local page = redis.call('HSCAN', receipts, cursor, 'COUNT', 500)
    cursor = page[1]
    for place = 1, #page[2], 2 do
        if cjson.decode(page[2][place + 1])[1] < before then
            redis.call('HDEL', receipts, page[2][place])
        end
    end
until cursor == '0'
return {'ok'}
