-- Lets the oldest entries leave, with the requests that they began. ARGV[1]: {from, to, seal, signed, cuts {record, how
-- many numbers}, bases {record, text}, over {records whose base is not needed any more}, drops {record, version, views}}.
-- Everything is checked once more before anything is written: that it goes on from where the journal begins, that mirror
-- and seals are beyond, that an entry stays, and that no request moved on.
local given = cjson.decode(ARGV[1])
local BASES, MIRROR = P .. 'bases', P .. 'mirror'
local head = read_head()
if not head then return { 'broken', HEAD } end
if not is(JOURNAL, 'stream') then return { 'broken', JOURNAL } end

local function number(key, field)
  return tonumber(redis.call('HGET', key, field) or '0')
end

local last = last_entry()
if number(SEAL, 'from') ~= given.from then return { 'ok', 0 } end
if number(MIRROR, 'n') < given.to or number(SEAL, 'n') <= given.to or last <= given.to then return { 'ok', 0 } end
for _, row in ipairs(given.drops) do
  local v, live = version(row[1])
  if v ~= row[2] or live then return { 'ok', 0 } end
end

local function drop(key)
  for field in pairs(head) do
    local lane = string.match(field, '^due:(.*)$')
    if lane then grow(lane, -redis.call('ZREM', P .. 'due:' .. lane, key)) end
  end
  local lives = redis.call('SREM', LIVE, key)
  if lives > 0 then redis.call('HINCRBY', HEAD, 'live', -lives) end
  redis.call('DEL', P .. key, P .. 'n:' .. key, P .. 'text:' .. key)
end

for _, row in ipairs(given.cuts) do redis.call('LTRIM', P .. 'n:' .. row[1], row[2], -1) end
for _, row in ipairs(given.bases) do redis.call('HSET', BASES, row[1], row[2]) end
for _, record in ipairs(given.over) do redis.call('HDEL', BASES, record) end
for _, row in ipairs(given.drops) do
  drop(row[1])
  for _, view in ipairs(row[3]) do drop(view) end
end
redis.call('HSET', SEAL, 'from', int(given.to), 'fromSeal', given.seal, 'signed', given.signed)
redis.call('XTRIM', JOURNAL, 'MINID', int(given.to + 1))
return { 'ok', 1 }
