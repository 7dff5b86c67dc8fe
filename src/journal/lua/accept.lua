-- An operator believes the clock and the journal as they are now, also when the clock stands before the last commit. Every
-- bot sees when that was.
if not is(HEAD, 'hash') then return { 'broken', HEAD } end
redis.call('HSET', HEAD, 'at', int(now()), 'accepted', int(now()))
return { 'ok' }
