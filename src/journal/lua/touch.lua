-- A small write of its own: once it is durable, so is everything that was committed before it.
redis.call('SET', P .. 'durable', int(now()))
return { 'ok' }
