-- NetSuite refused a request for their number (retry_after_ms: its wish, 0 for none): what is allowed
-- is lowered, once per window however many are refused, from what was held when it happened.

local limit = allowed()
local lowered_at = redis.call('HGET', LIMIT, 'lowered_at')
if not lowered_at or now - lowered_at >= input.window_ms then
  local held = math.min(limit, granted(living()))
  limit = math.max(1, math.floor(held * input.factor))
  redis.call('HSET', LIMIT, 'lowered_at', now)
end
local rest = math.max(left('rests_until'), input.retry_after_ms)
redis.call('HSET', LIMIT, 'allowed', limit, 'refused_at', now, 'creep_ms', input.creep_ms,
  'rests_until', now + rest)
redis.call('HINCRBY', LIMIT, 'refusals', 1)
return cjson.encode({rest_ms = rest, refused_ago = 0})
