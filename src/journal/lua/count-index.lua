-- Compares the head with what it counts: the live records, each lane, the last entry. ARGV[1]: 'compare' only looks;
-- 'drop' removes an index of another type, for it can be made anew, as a journal never can; 'set' writes the true
-- numbers into the head, last of all, so that a mend that was cut short is still seen to be wanted. The further
-- ARGV: lanes besides those the head knows.
local mode = ARGV[1]
if not is(JOURNAL, 'stream') then return { 'broken', JOURNAL } end
local head = read_head()
local lost_head = not head
head = head or { n = 0, at = 0, live = 0 }

local function size(key, kind, command)
  if is(key, kind) then return redis.call(command, key) end
  if mode == 'drop' then redis.call('DEL', key) end
  return -1
end

local last = last_entry()
local live = size(LIVE, 'set', 'SCARD')
local live_differs = (lost_head or live ~= head.live or head.n < last) and 1 or 0
local due_differs = 0
local sizes = {}
for i = 2, #ARGV do sizes[ARGV[i]] = 0 end
for field in pairs(head) do
  local lane = string.match(field, '^due:(.*)$')
  if lane then sizes[lane] = 0 end
end
for lane in pairs(sizes) do
  sizes[lane] = size(P .. 'due:' .. lane, 'zset', 'ZCARD')
  if sizes[lane] ~= (head['due:' .. lane] or 0) then due_differs = 1 end
end

if mode == 'set' then
  if lost_head then redis.call('DEL', HEAD) end
  redis.call('HSET', HEAD, 'n', int(math.max(head.n, last)), 'at', int(head.at), 'live', live)
  for lane, members in pairs(sizes) do redis.call('HSET', HEAD, 'due:' .. lane, members) end
end
return { 'ok', live_differs, due_differs }
