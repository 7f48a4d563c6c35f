-- What reading letters shares; nothing is changed. ARGV[1] is JSON.
local input = cjson.decode(ARGV[1])

-- How many accounts wait for this one, through however many generations. Looking behind them is
-- limited, for all letters of a page together: beyond, those in front are counted alone.
local behind = 10000
local function waiting(id)
  local found, ahead = 0, {id}
  while #ahead > 0 do
    local key = 'cw:waiting:' .. table.remove(ahead)
    local count = redis.call('SCARD', key)
    found = found + count
    if count > 0 and count <= behind then
      behind = behind - count
      for _, child in ipairs(redis.call('SMEMBERS', key)) do ahead[#ahead + 1] = child end
    end
  end
  return found
end

-- As Redis orders members: byte by byte, while Lua's own order is the server's language's.
local function precedes(one, other)
  for i = 1, math.min(#one, #other) do
    local a, b = string.byte(one, i), string.byte(other, i)
    if a ~= b then return a < b end
  end
  return #one < #other
end

-- How many stand before this place in a sorted set; whoever had it may have left meanwhile. Among
-- those that died in the same millisecond, which may be many, it is looked for by halves.
local function rank_of(set, at, account)
  local low = redis.call('ZCOUNT', set, '-inf', '(' .. at)
  local high = low + redis.call('ZCOUNT', set, at, at)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local found = redis.call('ZRANGE', set, middle, middle)[1]
    if precedes(found, account) then low = middle + 1 else high = middle end
  end
  return low
end

-- nil: the account has no letter.
local function letter_of(id)
  local flat = redis.call('HGETALL', 'cw:letter:' .. id)
  if #flat == 0 then return nil end
  local letter = {account = id}
  for i = 1, #flat, 2 do letter[flat[i]] = flat[i + 1] end
  return letter
end

-- What is not dead is on trial, even if it was requeued before there was a list of such letters.
local function whole(letter)
  local is_dead = redis.call('ZSCORE', 'cw:letters', letter.account)
  letter.state, letter.waiting = is_dead and 'dead' or 'again', waiting(letter.account)
  return letter
end
