-- Parts of lists, each as one text. KEYS: the lists; ARGV: from and to of each.
local parts = {}
for i, key in ipairs(KEYS) do
  parts[i] = table.concat(redis.call('LRANGE', key, ARGV[2 * i - 1], ARGV[2 * i]), ' ')
end
return parts
