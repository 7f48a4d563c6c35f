-- letters_next(set, at, account, till, limit): who comes after this place in a sorted set, up to
-- those that died at `till`, the first dead first -> account and when, in turns.
local rank = rank_of(input.set, input.at, input.account .. '\0')
local flat = redis.call('ZRANGE', input.set, rank, rank + input.limit - 1, 'WITHSCORES')
local found = {}
for i = 1, #flat, 2 do
  if tonumber(flat[i + 1]) > input.till then break end
  found[i], found[i + 1] = flat[i], tonumber(flat[i + 1])
end
return cjson.encode({found = found})
