-- What every move shares, after customer.lua: how a run ends.

-- What ended, by the minute: a chart shows the last two hours (app/series.py).
local function count(what)
  local key = 'cw:rate:' .. math.floor(now / 60000)
  redis.call('HINCRBY', key, what, 1)
  redis.call('EXPIRE', key, 9000)
end

local function list(row, cause, at)
  redis.call('ZREM', 'cw:trial', row.id)
  redis.call('ZADD', 'cw:letters', at, row.id)
  redis.call('ZADD', 'cw:letters:' .. cause, at, row.id)
  redis.call('SADD', 'cw:causes', cause)
end

-- The dead row is the letter; its words have a key of their own, to keep rows compact. The first
-- failure and the number of deaths survive requeues until a success or a discard.
local function die(row, letter)
  write(row, {state = 'dead', cause = letter.cause, waiting_for = false, place = false,
    claim = false, heard = false, next_heard = false, seen = input.seen})
  local key = 'cw:letter:' .. row.id
  redis.call('HSETNX', key, 'first', now)
  redis.call('HINCRBY', key, 'deaths', 1)
  redis.call('HSET', key, 'at', now, 'cause', letter.cause, 'stage', row.stage or '',
    'words', letter.words, 'service_words', letter.service_words or '',
    'request', letter.request or '', 'task', letter.task or '',
    'attempts', number(row, 'attempts'), 'reason', row.reason or '')
  list(row, letter.cause, now)
  count('dead')
  tell(row, 'dead', letter.cause .. ': ' .. letter.words)
end

-- From the commit in Salesforce to the write in NetSuite, by channel and minute: how many took
-- between 1.1^n and 1.1^(n+1) ms; and of all minutes, for a histogram that only grows. Salesforce's
-- commit times are whole seconds.
local function measure(row)
  local commit, channel = string.match(row.heard or '', '^(%d+)%.(.+)$')
  if not commit then return end
  local key = 'cw:lag:' .. channel .. ':' .. math.floor(now / 60000)
  local bucket = math.floor(math.log(math.max(1, now - commit * 1000)) / math.log(1.1))
  redis.call('HINCRBY', key, bucket, 1)
  redis.call('EXPIRE', key, 7200)
  redis.call('HINCRBY', 'cw:lag:total:' .. channel, bucket, 1)
end

-- Ends a run: synced, skipped or dead; a change that came meanwhile opens the row again.
-- `cw:left`: whose Customer was left behind when the Account went. `how.write_back`: the Customer's
-- id is to be written to the Account next; should the worker end before, the sweeper remembers.
local function settle(row, outcome, how)
  -- Who began to wait since this run began has set `again`: the next run knows that it is needed.
  if outcome == 'skipped' and not row.again and redis.call('SCARD', 'cw:waiting:' .. row.id) > 0 then
    outcome = 'dead'
    how = {letter = {cause = 'NeededButGone', words = 'Others wait for this Account as their '
      .. 'parent, but: ' .. how.words}}
  end
  local again, next_heard = row.again, row.next_heard
  local since = again and redis.call('ZSCORE', 'cw:opened', row.id)
  if outcome == 'synced' and how.wrote then measure(row) end
  if outcome == 'dead' then
    die(row, how.letter)
  else
    local fields = {state = outcome, seen = input.seen}
    for _, name in ipairs({'stage', 'heard', 'next_heard', 'claim', 'place', 'cause',
      unpack(COUNTERS)}) do
      fields[name] = false
    end
    if outcome == 'synced' and how.wrote and is_known(row) then fields.written = how.wrote end
    if not again then fields.force = false end
    tell(row, outcome, how.words)
    write(row, fields)
    drop_letter(row)
    count(outcome)
    if how.wrote then count('written') end
    if outcome == 'synced' then
      link(row, how.customer or row.customer, how.created)
      redis.call('ZREM', 'cw:left', row.id)
      if how.write_back then
        redis.call('ZADD', 'cw:write_back', now + input.second_look, row.id)
      end
    elseif row.customer then
      redis.call('ZADD', 'cw:left', 'NX', now, row.id)
    end
  end
  if again then
    write(row, {again = false})
    open(row, row.reason or '', false, false, next_heard)
    if since then redis.call('ZADD', 'cw:opened', since, row.id) end  -- it has not rested
  elseif outcome ~= 'dead' then
    write(row, {reason = false})
  end
  return outcome
end
