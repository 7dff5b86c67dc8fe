-- Renews leases. ARGV[1]: rows {lane, key}. Only ever moves a due time further away, and never adds one.
local head = read_head()
if not head then return { 'broken', HEAD } end
local now_at = decide_now(head.at)
for _, row in ipairs(cjson.decode(ARGV[1])) do
  redis.call('ZADD', P .. 'due:' .. row[1], 'XX', 'GT', int(now_at + LIMIT.lease), row[2])
end
return { 'ok' }
