-- Restores what the index lacks. ARGV[1]: rows {key, version, live, {{lane, due time}…}} as read just before.
-- Never moves a due time that is there. Answers how many were lacking, and the keys that moved on meanwhile.
local mended, moved = 0, {}
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
    for _, due in ipairs(row[4]) do
      mended = mended + redis.call('ZADD', P .. 'due:' .. due[1], 'NX', int(due[2]), key)
    end
  end
end
return { 'ok', mended, moved }
