-- Says how far the mirror is, or why it does not follow. ARGV[1]: {n} or {trouble}.
local said = cjson.decode(ARGV[1])
if not is(KEYS[1], 'hash') then return { 'broken', KEYS[1] } end
if said.trouble then
  redis.call('HSET', KEYS[1], 'trouble', said.trouble)
else
  redis.call('HDEL', KEYS[1], 'trouble')
  redis.call('HSET', KEYS[1], 'n', int(said.n), 'at', int(now()))
end
return { 'ok' }
