-- What every move shares. A move is ONE script: this file followed by its own, run atomically.
-- ARGV[1] is JSON: salt (fresh randomness), grace, waiting_grace, second_look, crash_limit,
-- story_length, story_seconds, and the move's own arguments. Durations and times are milliseconds
-- of the server's clock, so hosts whose clocks differ agree. Absent fields of a row are zero, off
-- or empty. Keys are built here from account ids: one Redis, no cluster (see docs/decisions).

local input = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local nudges, tokens = {}, 0

local STAGES = {'ingest', 'qualification', 'hierarchy', 'upsert'}
local NEEDS = {
  ingest = {'flow'},
  qualification = {'flow', 'salesforce'},
  hierarchy = {'flow', 'salesforce'},
  upsert = {'flow', 'salesforce', 'netsuite'},
}
local UNDER_WAY = {queued = true, running = true, retrying = true}

local function token()
  tokens = tokens + 1
  return input.salt .. string.format('%x', tokens)
end

local function load(id)
  local row = {id = id, state = 'none'}
  local flat = redis.call('HGETALL', 'cw:row:' .. id)
  for i = 1, #flat, 2 do row[flat[i]] = flat[i + 1] end
  return row
end

local function number(row, field) return tonumber(row[field] or 0) end

local function waiters(id) return redis.call('SMEMBERS', 'cw:waiting:' .. id) end

local function paused(stage)
  for _, what in ipairs(NEEDS[stage]) do
    if redis.call('EXISTS', 'cw:pause:' .. what) == 1 then return what end
  end
end

local function due_set(row)
  if row.state == 'running' or row.state == 'waiting' then return 'cw:due:' .. row.state end
  if UNDER_WAY[row.state] then return 'cw:due:' .. row.stage end
end

-- Sets fields (false takes one away) and keeps the due sets and the counts by state in step.
-- `due` is needed only where it changes.
local function write(row, fields, due)
  local set, cut, was, before = {}, {}, due_set(row), row.state
  for name, value in pairs(fields) do
    if value then
      row[name] = tostring(value)
      set[#set + 1], set[#set + 2] = name, row[name]
    else
      row[name] = nil
      cut[#cut + 1] = name
    end
  end
  row.state = row.state or 'none'
  if #set > 0 then redis.call('HSET', 'cw:row:' .. row.id, unpack(set)) end
  if #cut > 0 then redis.call('HDEL', 'cw:row:' .. row.id, unpack(cut)) end
  if row.state ~= before then
    if before ~= 'none' then redis.call('HINCRBY', 'cw:states', before, -1) end
    if row.state ~= 'none' then redis.call('HINCRBY', 'cw:states', row.state, 1) end
  end
  local is = due_set(row)
  if was and was ~= is then redis.call('ZREM', was, row.id) end
  if is and due then redis.call('ZADD', is, due, row.id) end
end

local function tell(row, what, words)
  local key = 'cw:story:' .. row.id
  local line = cjson.encode({at = now, what = what, stage = row.stage, words = words})
  redis.call('RPUSH', key, line)
  redis.call('LTRIM', key, -input.story_length, -1)
  redis.call('EXPIRE', key, input.story_seconds)
end

-- Queues the row at a stage and orders its nudge. The place in the stage's line travels in the
-- ticket, so that a claim can note how far the line has come.
local function queue(row, stage, fields, fresh, delay)
  fields = fields or {}
  fields.state, fields.stage = fields.state or 'queued', stage
  if fresh or not row.token then fields.token = token() end
  fields.place = redis.call('INCR', 'cw:published:' .. stage)
  write(row, fields, now + (delay or 0) + input.grace)
  nudges[#nudges + 1] = {
    stage = stage, account = row.id, reason = row.reason or '', delay = delay or 0,
    ticket = row.token .. '.' .. fields.place,
  }
end

local function holds(row) return row.state == 'running' and row.token == input.token end

local function leave_line(row)
  if row.waiting_for then redis.call('SREM', 'cw:waiting:' .. row.waiting_for, row.id) end
end

local function unlist(row)
  redis.call('ZREM', 'cw:letters', row.id)
  if row.cause then redis.call('ZREM', 'cw:letters:' .. row.cause, row.id) end
end

-- As much as a compact row holds (Redis stores a hash with one value over 64 bytes in another way,
-- four times as large, for good): whole characters of UTF-8. The story has all the words.
local function brief(words)
  local last = math.min(#words, 64)
  while last < #words and math.floor(string.byte(words, last + 1) / 64) == 2 do last = last - 1 end
  return string.sub(words, 1, last)
end

-- `heard`: `<commit, epoch seconds>.<channel>` of the change event, if one brought this. The first
-- that no run has served yet is kept: how long it took is measured when it is written.
local function open(row, reason, force, rewrite, heard)
  local fields = {reason = brief(reason), given_up = row.given_up and false}
  heard = heard and brief(heard)
  if force then fields.force = 1 end
  if rewrite then fields.written = 'unsure' end
  if UNDER_WAY[row.state] then
    fields.again = 1
    if not row.next_heard then fields.next_heard = heard end
    write(row, fields)
    tell(row, 'again', reason)
  elseif row.state == 'waiting' then
    leave_line(row)
    fields.again, fields.waiting_for, fields.heard = false, false, row.heard or heard
    queue(row, 'qualification', fields, true)
    tell(row, 'opened', reason)
  else
    if row.state == 'dead' then unlist(row) end
    if row.written and redis.call('EXISTS', 'cw:doubt') == 1 then fields.written = 'unsure' end
    for _, counter in ipairs({'again', 'crashes', 'attempts', 'throttled', 'cycles', 'cause'}) do
      fields[counter] = false
    end
    fields.heard = heard
    queue(row, 'ingest', fields, true)
    tell(row, 'opened', reason)
  end
end

-- Whoever waits for this account, now a Customer, goes on.
local function release(row, children)
  for _, id in ipairs(children or waiters(row.id)) do
    local child = load(id)
    if child.state == 'waiting' and child.waiting_for == row.id then
      queue(child, 'hierarchy', {waiting_for = false}, true)
      tell(child, 'released', 'parent ' .. row.id .. ' is a Customer now')
    end
    redis.call('SREM', 'cw:waiting:' .. row.id, id)
  end
end

-- Whatever makes an account a Customer comes through here: those who wait go on, and children
-- that were synced without this parent, because it came late, are looked at again.
local function link(row, customer)
  local first = not row.customer
  write(row, {customer = customer})
  release(row)
  if first then
    for _, id in ipairs(redis.call('SMEMBERS', 'cw:late:' .. row.id)) do
      open(load(id), 'its parent ' .. row.id .. ' became a Customer')
    end
    redis.call('DEL', 'cw:late:' .. row.id)
  end
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
    'task', letter.task or '', 'attempts', number(row, 'attempts'), 'reason', row.reason or '')
  redis.call('ZADD', 'cw:letters', now, row.id)
  redis.call('ZADD', 'cw:letters:' .. letter.cause, now, row.id)
  redis.call('SADD', 'cw:causes', letter.cause)
  tell(row, 'dead', letter.cause .. ': ' .. letter.words)
end

-- From the commit in Salesforce to the write in NetSuite, by channel and minute: how many took
-- between 1.1^n and 1.1^(n+1) ms. Salesforce's commit times are whole seconds.
local function measure(row)
  local commit, channel = string.match(row.heard or '', '^(%d+)%.(.+)$')
  if not commit then return end
  local key = 'cw:lag:' .. channel .. ':' .. math.floor(now / 60000)
  local bucket = math.floor(math.log(math.max(1, now - commit * 1000)) / math.log(1.1))
  redis.call('HINCRBY', key, bucket, 1)
  redis.call('EXPIRE', key, 7200)
end

-- Ends a run: synced, skipped or dead; a change that came meanwhile opens the row again.
-- `cw:left`: whose Customer was left behind when the Account went. `how.write_back`: the Customer's
-- id is to be written to the Account next; should the worker end before, the sweeper remembers.
local function settle(row, outcome, how)
  if outcome == 'skipped' and redis.call('SCARD', 'cw:waiting:' .. row.id) > 0 then
    outcome = 'dead'
    how = {letter = {cause = 'NeededButGone', words = 'Others wait for this Account as their '
      .. 'parent, but: ' .. how.words}}
  end
  local again, next_heard = row.again, row.next_heard
  if outcome == 'synced' and how.wrote then measure(row) end
  if outcome == 'dead' then
    die(row, how.letter)
  else
    local fields = {state = outcome, seen = input.seen}
    for _, name in ipairs({'stage', 'heard', 'next_heard', 'claim', 'place', 'crashes', 'attempts',
      'throttled', 'cycles', 'cause'}) do
      fields[name] = false
    end
    if outcome == 'synced' and how.wrote and not again then fields.written = how.wrote end
    if not again then fields.force = false end
    tell(row, outcome, how.words)
    write(row, fields)
    redis.call('DEL', 'cw:letter:' .. row.id)
    if outcome == 'synced' then
      link(row, how.customer or row.customer)
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
  elseif outcome ~= 'dead' then
    write(row, {reason = false})
  end
  return outcome
end

local function answer(verdict, more)
  local result = more or {}
  result.verdict = verdict
  if #nudges > 0 then result.nudges = nudges end
  return cjson.encode(result)
end
