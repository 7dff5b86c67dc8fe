-- One page of the stream as three texts, since taking apart many small answers is what a walk through a long journal would wait
-- for. ARGV: the first id, how many entries. Texts stand one to a line; what has other fields or lines of its own is strange.
local ids, texts, strange = {}, {}, {}
for i, row in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])) do
  local name, text = row[2][1], row[2][2]
  ids[i] = row[1]
  if #row[2] ~= 2 or name ~= 'e' or text:find('\n', 1, true) then
    strange[#strange + 1] = int(i - 1)
    text = text:gsub('\n', ' ')
  end
  texts[i] = text
end
return { table.concat(ids, ' '), table.concat(texts, '\n'), table.concat(strange, ' ') }
