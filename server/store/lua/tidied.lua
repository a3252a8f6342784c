-- The files are free of what had been erased when the mark was read (ARGV[1]); a newer one stays. KEYS: tcl:untidy.
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
    return {'ok'}
end
return {'more'}
