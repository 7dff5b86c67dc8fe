-- A consistent look: KEYS are the head, then records, then (ARGV[1] = '1') a gesture's answer.
local head, status = look()
if not head then return { 'broken', status } end
local texts = {}
for i = 2, #KEYS do texts[#texts + 1] = redis.call('GET', KEYS[i]) end
local answer = false
if ARGV[1] == '1' then answer = table.remove(texts) end
return { 'ok', status, texts, answer }
