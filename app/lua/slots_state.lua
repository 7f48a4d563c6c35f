-- How it stands, for people.

local refusals = redis.call('HGET', LIMIT, 'refusals')
return cjson.encode({
  allowed = allowed(), processes = living(), rest_ms = left('rests_until'),
  refused_ago = refused_ago(), refusals = refusals and tonumber(refusals) or 0,
})
