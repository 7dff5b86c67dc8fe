-- What every script stands on, composed between the prelude (`now`) with LIMIT and the script itself.
-- Records are opaque text here: cjson would turn empty lists into objects and long numbers into floats.
local P = '{curfew}:'
local HEAD, JOURNAL, LIVE, SEAL = P .. 'head', P .. 'journal', P .. 'live', P .. 'seal'

-- Whole numbers as text; Lua's own formatting may turn long ones into floats.
local function int(number)
  return string.format('%.0f', number)
end

local function is(key, kind)
  local found = redis.call('TYPE', key).ok
  return found == 'none' or found == kind
end

-- Version and liveness stand first in a record's text; no version: this is not a record.
local function opening(text)
  if not text or text == '' then return 0, false end
  local v, live = string.match(text, '^{"v":(%d+),"live":(%a+),"mark":')
  return tonumber(v), live == 'true'
end

local function version(key)
  return opening(redis.call('GETRANGE', P .. key, 0, 63))
end

-- The head's whole numbers by field (n, at, live, and the size of each lane as `due:<lane>`); nil when broken.
local function read_head()
  if not is(HEAD, 'hash') then return nil end
  local head = { n = 0, at = 0, live = 0 }
  local flat = redis.call('HGETALL', HEAD)
  for i = 1, #flat, 2 do
    if not string.match(flat[i + 1], '^%-?%d+$') then return nil end
    head[flat[i]] = tonumber(flat[i + 1])
  end
  return head
end

-- Number and text of the journal's last entry.
local function last_entry()
  local found = redis.call('XREVRANGE', JOURNAL, '+', '-', 'COUNT', 1)[1]
  if not found then return 0, '' end
  return tonumber(string.match(found[1], '^%d+')), found[2][2]
end

-- Now, the raw time, and whether the clock is in doubt. A step back is bridged by standing still; one that is too
-- long to bridge is not followed: standing still for a day would keep every access for a day.
local function decide_now(head_at)
  local time = now()
  if time >= head_at then return time, time, 0 end
  if head_at - time < LIMIT.clock_doubt then return head_at, time, 0 end
  return time, time, 1
end

-- Looked at first: the head, the status of which the caller is told (now, raw time, clock in doubt, last number, head
-- and journal disagree, when an operator accepted what is there), the last entry's number and text. What is broken instead: nil, and its key.
local function look()
  local head = read_head()
  if not head then return nil, HEAD end
  if not is(JOURNAL, 'stream') then return nil, JOURNAL end
  local last, entry = last_entry()
  local now_at, time, doubt = decide_now(head.at)
  local torn = head.n == last and 0 or 1
  return head, { now_at, time, doubt, math.max(head.n, last), torn, head.accepted or 0 }, last, entry
end

-- A lane's size, kept in the head: what is lost from a lane shows.
local function grow(lane, by)
  if by ~= 0 then redis.call('HINCRBY', HEAD, 'due:' .. lane, by) end
end
