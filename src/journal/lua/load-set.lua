-- A consistent look at all records that an index names: KEYS are the head and the index, ARGV[1] stands before each
-- member. A record of another type is named; one that is gone has no text.
local head, status = look()
if not head then return { 'broken', status } end
if not is(KEYS[2], 'set') then return { 'broken', KEYS[2] } end
local members = redis.call('SMEMBERS', KEYS[2])
local texts = {}
for i, member in ipairs(members) do
  local name = P .. ARGV[1] .. member
  local text = redis.pcall('GET', name)
  if type(text) == 'table' then return { 'broken', name } end
  texts[i] = text
end
return { 'ok', status, members, texts }
