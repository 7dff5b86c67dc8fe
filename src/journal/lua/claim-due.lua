-- Leases what is due, lane by lane. ARGV[1]: rows {lane, at most}; ARGV[2]: the last entry's number as known to
-- the caller. A lane of another type is passed over and named: it delays only itself. So is a record that is gone or of
-- another type; it stays due, as somebody may still have the access that it was about.
local head, status, last, entry = look()
if not head then return { 'broken', status } end
local now_at = status[1]
local claimed, broken, lost = {}, {}, {}
local upcoming = false

local function claim(lane, key, due)
  local text = redis.call('TYPE', P .. key).ok == 'string' and redis.call('GET', P .. key)
  redis.call('ZADD', due, int(now_at + LIMIT.lease), key)
  if not text then
    lost[#lost + 1] = key
    return
  end
  claimed[#claimed + 1] = lane
  claimed[#claimed + 1] = key
  claimed[#claimed + 1] = text
end

for _, row in ipairs(cjson.decode(ARGV[1])) do
  local lane = row[1]
  local due = P .. 'due:' .. lane
  if is(due, 'zset') then
    for _, key in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', int(now_at), 'LIMIT', 0, row[2])) do
      claim(lane, key, due)
    end
    local first = redis.call('ZRANGEBYSCORE', due, '(' .. int(now_at), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if first[2] and (not upcoming or tonumber(first[2]) < upcoming) then upcoming = tonumber(first[2]) end
  else
    broken[#broken + 1] = due
  end
end

if last <= tonumber(ARGV[2]) then entry = '' end
return { 'ok', status, claimed, upcoming, { last, entry }, broken, lost }
