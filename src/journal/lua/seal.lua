-- Writes how far the journal is sealed, and the short seals beside it. ARGV[1]: {from, to, seal, rows {key, first byte,
-- short seals}}; nothing is written unless it goes on from where it stands. Answers whether it was written.
local given = cjson.decode(ARGV[1])
if not is(SEAL, 'hash') then return { 'broken', SEAL } end
for _, row in ipairs(given.rows) do
  if not is(row[1], 'string') then return { 'broken', row[1] } end
end
if tonumber(redis.call('HGET', SEAL, 'n') or '0') ~= given.from then return { 'ok', 0 } end
for _, row in ipairs(given.rows) do redis.call('SETRANGE', row[1], row[2], row[3]) end
redis.call('HSET', SEAL, 'n', int(given.to), 'seal', given.seal, 'at', int(now()))
return { 'ok', 1 }
