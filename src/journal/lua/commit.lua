-- The commit: up to 100 items, each {at, reads, writes, live, due, entries, texts, erases, sets, gesture}, lists of rows, and
-- whether it ends something.
-- Everything is checked before anything is written, and nothing is written unless every item holds: Lua
-- isolates, it does not roll back. KEYS are declared for Redis Cluster and ACLs; names are built from rows.
local items = cjson.decode(ARGV[1])

local head, status = look()
if not head then return { 'broken', status } end
if not is(LIVE, 'set') then return { 'broken', LIVE } end
local now_at, n = status[1], status[4]

-- Answers the first key of these rows that holds another type.
local function misfit(rows, prefix, kind)
  for _, row in ipairs(rows) do
    local key = P .. prefix .. row[1]
    if not is(key, kind) then return key end
  end
end

-- What stands beside the records and is never decided on: lists of numbers, texts, and sets that only find.
local BESIDE = { { 'entries', 'n:', 'list' }, { 'texts', 'text:', 'hash' }, { 'erases', 'text:', 'hash' }, { 'sets', 'set:', 'set' } }

local function misfit_beside(item)
  for _, one in ipairs(BESIDE) do
    local key = misfit(item[one[1]], one[2], one[3])
    if key then return key end
  end
end

local function broken_key(item)
  return misfit(item.reads, '', 'string')
    or misfit(item.writes, '', 'string')
    or misfit(item.due, 'due:', 'zset')
    or misfit(item.gesture, 'g:', 'string')
    or (not item.ends and misfit_beside(item))
end

-- An end does not wait until somebody has mended what it does not need: that makes room.
local function make_room(item)
  local key = misfit_beside(item)
  while key do
    redis.call('DEL', key)
    key = misfit_beside(item)
  end
end

-- Versions and gestures as the good items before this one leave them.
local versions, gestures = {}, {}

local function version_now(key)
  if versions[key] == nil then versions[key] = version(key) or -1 end
  return versions[key]
end

local function is_stale(item)
  if now_at - item.at > LIMIT.decision_max_age or item.at - now_at >= LIMIT.clock_doubt then return true end
  for _, row in ipairs(item.reads) do
    if version_now(row[1]) ~= row[2] then return true end
  end
  for _, row in ipairs(item.writes) do
    if version_now(row[1]) >= row[2] then return true end
  end
  return false
end

local function no_record(item)
  for _, rows in ipairs({ item.reads, item.writes }) do
    for _, row in ipairs(rows) do
      if version_now(row[1]) == -1 then return P .. row[1] end
    end
  end
end

local function judge(item)
  local broken = broken_key(item) or no_record(item)
  if broken then return { 'broken', broken } end
  for _, row in ipairs(item.gesture) do
    local answer = redis.call('GET', P .. 'g:' .. row[1])
    if answer then return { 'seen', answer } end
    if gestures[row[1]] then return { 'stale', '' } end
  end
  if is_stale(item) then return { 'stale', '' } end
  for _, row in ipairs(item.writes) do versions[row[1]] = row[2] end
  for _, row in ipairs(item.gesture) do gestures[row[1]] = true end
end

local verdicts = {}
for i, item in ipairs(items) do
  local verdict = judge(item)
  if verdict then verdicts[#verdicts + 1] = { i - 1, verdict[1], verdict[2] } end
end
if #verdicts > 0 then return { 'no', status, verdicts } end

-- From here on everything holds. Entries go first: the stream alone could still refuse, by its last id.
local numbers = {}
for i, item in ipairs(items) do
  if item.ends then make_room(item) end
  for _, row in ipairs(item.entries) do
    n = n + 1
    redis.call('XADD', JOURNAL, int(n) .. '-0', 'e', row[2])
    redis.call('RPUSH', P .. 'n:' .. row[1], int(n))
  end
  numbers[i] = n
end

local lives, sizes = 0, {}

local function write_records(item)
  local live = {}
  for _, row in ipairs(item.live) do live[row[1]] = row[2] end
  for _, row in ipairs(item.writes) do
    local key = row[1]
    local _, is_live = version(key)
    if live[key] ~= nil then
      is_live = live[key]
      if is_live then
        lives = lives + redis.call('SADD', LIVE, key)
      else
        lives = lives - redis.call('SREM', LIVE, key)
      end
    end
    redis.call('SET', P .. key, '{"v":' .. int(row[2]) .. ',"live":' .. tostring(is_live) .. ',' .. row[3])
  end
end

local function write_due(item)
  for _, row in ipairs(item.due) do
    local lane, key, at = row[1], row[2], row[3]
    local by = 0
    if at then
      by = redis.call('ZADD', P .. 'due:' .. lane, int(at), key)
    else
      by = -redis.call('ZREM', P .. 'due:' .. lane, key)
    end
    sizes[lane] = (sizes[lane] or 0) + by
  end
end

local latest = math.max(now_at, head.at)
for _, item in ipairs(items) do
  write_records(item)
  write_due(item)
  for _, row in ipairs(item.texts) do redis.call('HSET', P .. 'text:' .. row[1], row[2], row[3]) end
  for _, row in ipairs(item.erases) do redis.call('DEL', P .. 'text:' .. row[1]) end
  for _, row in ipairs(item.sets) do
    redis.call(row[3] and 'SADD' or 'SREM', P .. 'set:' .. row[1], row[2])
  end
  for _, row in ipairs(item.gesture) do
    redis.call('SET', P .. 'g:' .. row[1], row[2], 'PX', LIMIT.gesture_kept)
  end
  latest = math.max(latest, item.at)
end

redis.call('HSET', HEAD, 'n', int(n), 'at', int(latest))
if lives ~= 0 then redis.call('HINCRBY', HEAD, 'live', lives) end
for lane, by in pairs(sizes) do grow(lane, by) end
status[4] = n
return { 'ok', status, numbers }
