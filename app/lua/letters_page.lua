-- letters_page(sets, accounts, after, limit, look_at, cause, stage, assigned, text, folds):
-- letters of the sorted sets, those that died last first, from `after` = {at, account} on; at most
-- look_at are looked through, since Redis serves nobody else meanwhile -> letters, the place of the
-- last that was looked at unless it was the last of all, how many were, and how many there are.
-- `text` is in lower case; `folds` are its letters beyond ASCII, upper and lower.

local function rank_after(set)
  if not input.after then return 0 end
  return redis.call('ZCARD', set) - rank_of(set, input.after[1], input.after[2])
end

local function later(one, other)
  if one.at ~= other.at then return one.at > other.at end
  return precedes(other.account, one.account)
end

-- An account is in one set at most.
local function of_accounts()
  local found = {}
  for _, account in ipairs(input.accounts) do
    for _, set in ipairs(input.sets) do
      local at = tonumber(redis.call('ZSCORE', set, account))
      local one = {at = at, account = account}
      local after = input.after and {at = tonumber(input.after[1]), account = input.after[2]}
      if at and (not after or later(after, one)) then found[#found + 1] = one end
    end
  end
  table.sort(found, later)
  return {found = found, place = 1}
end

local function first_of(source)
  if source.place > #source.found and source.rank then
    local ends = source.rank + 99
    local flat = redis.call('ZREVRANGE', source.set, source.rank, ends, 'WITHSCORES')
    source.found, source.place, source.rank = {}, 1, #flat > 0 and ends + 1 or nil
    for i = 1, #flat, 2 do
      source.found[#source.found + 1] = {account = flat[i], at = tonumber(flat[i + 1])}
    end
  end
  return source.found[source.place]
end

local sources = {}
if input.accounts then
  sources[1] = of_accounts()
else
  for i, set in ipairs(input.sets) do
    sources[i] = {set = set, rank = rank_after(set), found = {}, place = 1}
  end
end

local function newest()
  local best, of
  for _, source in ipairs(sources) do
    local first = first_of(source)
    if first and (not best or later(first, best)) then best, of = first, source end
  end
  return best, of
end

local is, within = {}, {'words', 'service_words', 'comment'}
for _, name in ipairs({'cause', 'stage', 'assigned'}) do
  if input[name] then is[#is + 1] = name end
end

local function holds_text(words)
  local lower = string.lower(words)
  for _, fold in ipairs(input.folds) do lower = string.gsub(lower, fold[1], fold[2]) end
  return string.find(lower, input.text, 1, true) ~= nil
end

-- Reads no more of a letter than it must.
local function fits(account)
  local key = 'cw:letter:' .. account
  local known = #is > 0 and redis.call('HMGET', key, unpack(is)) or {}
  for i, name in ipairs(is) do
    if known[i] ~= input[name] then return false end
  end
  for _, words in ipairs(input.text and redis.call('HMGET', key, unpack(within)) or {}) do
    if words and holds_text(words) then return true end
  end
  return not input.text
end

local found, looked, last = {}, 0, nil
local one, source = newest()
while one and #found < input.limit and looked < input.look_at do
  source.place, looked, last = source.place + 1, looked + 1, one
  local letter = fits(one.account) and letter_of(one.account)
  if letter then found[#found + 1] = whole(letter) end
  one, source = newest()
end
local place = one and string.format('%.0f', last.at) .. '.' .. last.account or nil
local size = 0
for _, set in ipairs(input.sets) do size = size + redis.call('ZCARD', set) end
return cjson.encode({letters = found, looked_at = looked, next = place, size = size})
