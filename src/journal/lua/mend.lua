-- Restores what the index lacks. ARGV[1]: rows {key, version, live, {{lane, due time}…}, {lane…}} as read just before;
-- the last are lanes that the record does not belong to: from there it comes with the due time that it has.
-- Never moves a due time that is there; lanes that only count have their own. Answers how many were lacking, and the keys that moved on meanwhile.
local mended, moved = 0, {}

local function only_counts(lane)
  return string.sub(lane, 1, 6) == 'state:'
end

local function leave(lanes, key)
  local came
  for _, lane in ipairs(lanes) do
    local due = P .. 'due:' .. lane
    if is(due, 'zset') then
      if not only_counts(lane) then came = redis.call('ZSCORE', due, key) or came end
      redis.call('ZREM', due, key)
    end
  end
  return came
end

for _, row in ipairs(cjson.decode(ARGV[1])) do
  local key, live = row[1], row[3]
  if version(key) ~= row[2] then
    moved[#moved + 1] = key
  else
    if live then
      mended = mended + redis.call('SADD', LIVE, key)
    else
      redis.call('SREM', LIVE, key)
    end
    local came = leave(row[5], key)
    for _, due in ipairs(row[4]) do
      local at = not only_counts(due[1]) and came or int(due[2])
      mended = mended + redis.call('ZADD', P .. 'due:' .. due[1], 'NX', at, key)
    end
  end
end
return { 'ok', mended, moved }
