-- An operator believes the clock as it is now, also when it stands before the last commit.
if not is(HEAD, 'hash') then return { 'broken', HEAD } end
redis.call('HSET', HEAD, 'at', int(now()))
return { 'ok' }
