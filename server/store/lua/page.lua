-- The next page of a log, packed as in load.lua. KEYS: redis_rows.keys; ARGV: first and last id, how many at most.
return cmsgpack.pack(redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[2], 'COUNT', ARGV[3]))
