-- A consistent look: KEYS are the head, then texts. A key of another type is named by its place and spoils no other.
local head, status = look()
if not head then return { 'broken', status } end
local texts, broken = {}, {}
for i = 2, #KEYS do
  local text = redis.pcall('GET', KEYS[i])
  if type(text) == 'table' then
    broken[#broken + 1] = i - 2
    text = false
  end
  texts[#texts + 1] = text
end
return { 'ok', status, texts, broken }
