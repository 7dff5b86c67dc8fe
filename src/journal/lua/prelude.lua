-- The production prelude: whole milliseconds, by the clock of Redis and nothing else.
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
