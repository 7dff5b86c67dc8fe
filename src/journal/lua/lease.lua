-- Takes or renews a lease. ARGV: who, for how many ms. Answers whether they have it now.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return { 'ok', 0 } end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return { 'ok', 1 }
