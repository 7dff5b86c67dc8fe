-- What is in the journal, in numbers, at the same cost however much that is. ARGV[1]: the lanes of grants that are not
-- over, by when they should be; ARGV[2]: how long after that one is late, ms. A member that is over all the same was left
-- there by a version that does not know these lanes: it leaves, a few at a time.
local FEW = 100
local head, status = look()
if not head then return { 'broken', status } end
local now_at = status[1]
local late, first = 0, false

local function drop_over(lane, due)
  for _, key in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', int(now_at), 'LIMIT', 0, FEW)) do
    local _, live = opening(redis.call('GETRANGE', P .. key, 0, 63))
    if not live then grow(lane, -redis.call('ZREM', due, key)) end
  end
end

for _, lane in ipairs(cjson.decode(ARGV[1])) do
  local due = P .. 'due:' .. lane
  if is(due, 'zset') then
    drop_over(lane, due)
    late = late + redis.call('ZCOUNT', due, '-inf', '(' .. int(now_at - tonumber(ARGV[2])))
    local score = tonumber(redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2])
    if score and (not first or score < first) then first = score end
  end
end
return { 'ok', status, redis.call('HGETALL', HEAD), late, first }
