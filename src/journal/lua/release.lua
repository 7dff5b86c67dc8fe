-- Puts one due time back while its record is still at this version. ARGV: lane, key, version, due time or ''.
if version(ARGV[2]) ~= tonumber(ARGV[3]) then return { 'ok' } end
if not read_head() then return { 'broken', HEAD } end
local due = P .. 'due:' .. ARGV[1]
if ARGV[4] == '' then
  grow(ARGV[1], -redis.call('ZREM', due, ARGV[2]))
else
  grow(ARGV[1], redis.call('ZADD', due, ARGV[4], ARGV[2]))
end
return { 'ok' }
