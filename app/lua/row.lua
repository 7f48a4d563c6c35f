-- What every move shares. A move is ONE script: audit.lua, this file, customer.lua, ending.lua and
-- holder.lua, followed by its own, run atomically.
-- ARGV[1] is JSON: salt (fresh randomness), grace, waiting_grace, second_look, crash_limit,
-- suspect_limit, loss_limit, story_length, story_seconds, and the move's own arguments. Durations
-- and times are milliseconds of the server's clock, so hosts whose clocks differ agree. Absent fields
-- of a row are zero, off or empty. Keys are built here from account ids: one Redis, no cluster (see
-- docs/decisions).

local input = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local nudges, tokens = {}, 0

local STAGES = {'ingest', 'qualification', 'hierarchy', 'upsert'}
local NEEDS = {
  ingest = {'flow', 'credentials'},
  qualification = {'flow', 'credentials', 'salesforce'},
  hierarchy = {'flow', 'credentials', 'salesforce'},
  upsert = {'flow', 'credentials', 'salesforce', 'netsuite'},
}
local COUNTERS = {'crashes', 'suspected', 'attempts', 'throttled', 'doubted', 'spared', 'cycles'}
local UNDER_WAY = {queued = true, running = true, retrying = true}
local call_suspect

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

-- Who has lost so many workers, if only because others did that ran beside it, is a suspect: it runs
-- while no other suspect does, anywhere. What is lost then may be its doing.
local function is_suspect(row) return number(row, 'crashes') >= input.crash_limit end

-- Whether what its run writes is what NetSuite holds from then on. Not if a rewrite was asked for
-- meanwhile: somebody else wrote, before this run or after. A mere change leaves it known, so that
-- the next run need not write what this one has seen. (Earlier versions told neither from the other.)
local function is_known(row) return not row.again or row.again == 'change' end

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

-- Since when a row has not been at rest: a set for those that move, and one for those that wait,
-- which may be behind a dead letter for weeks.
local function opened_set(state)
  if state == 'waiting' then return 'cw:opened:waiting' end
  if UNDER_WAY[state] then return 'cw:opened' end
end

-- From one of these sets to the other it keeps its time. A row that was under way before there were
-- such sets is in neither until it has rested.
local function note_opened(id, before, state)
  local was, is = opened_set(before), opened_set(state)
  if was == is then return end
  local since = now
  if was then
    since = redis.call('ZSCORE', was, id)
    redis.call('ZREM', was, id)
  end
  if is and since then redis.call('ZADD', is, since, id) end
end

-- Sets fields (false takes one away) and keeps in step what mirrors the state: due sets, counts,
-- since when it is under way. `due` is needed only where it changes. A suspect that runs no more
-- makes way for the next.
local function write(row, fields, due)
  local set, cut, was, before = {}, {}, due_set(row), row.state
  local makes_way = row.alone and fields.state and fields.state ~= 'running'
  if makes_way then fields.alone = false end
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
    note_opened(row.id, before, row.state)
  end
  local is = due_set(row)
  if was and was ~= is then redis.call('ZREM', was, row.id) end
  if is and due then redis.call('ZADD', is, due, row.id) end
  if makes_way then call_suspect() end
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
  if is_suspect(row) then redis.call('ZREM', 'cw:suspects', row.id) end
  write(row, fields, now + (delay or 0) + input.grace)
  nudges[#nudges + 1] = {
    stage = stage, account = row.id, reason = row.reason or '', delay = delay or 0,
    ticket = row.token .. '.' .. fields.place,
  }
end

-- A write that nobody has an answer to may yet land, after newer ones: later than it can, NetSuite is
-- written once more.
local function look_later(row)
  redis.call('ZADD', 'cw:second_look', now + input.second_look, row.id)
end

-- The suspect that was put off first (holder.lua) gets its message.
function call_suspect()
  while true do
    local first = redis.call('ZPOPMIN', 'cw:suspects')
    if not first[1] then return end
    local row = load(first[1])
    if (row.state == 'queued' or row.state == 'retrying') and row.place == '0' then
      queue(row, row.stage, {state = row.state})
      return
    end
  end
end

-- The token is kept from stage to stage: a move that comes again, its answer lost, must not be taken
-- for one of whoever holds the next stage by then.
local function holds(row)
  return row.state == 'running' and row.token == input.token and row.stage == input.stage
end

local function leave_line(row)
  if row.waiting_for then redis.call('SREM', 'cw:waiting:' .. row.waiting_for, row.id) end
end

local function unlist(row)
  redis.call('ZREM', 'cw:letters', row.id)
  if row.cause then redis.call('ZREM', 'cw:letters:' .. row.cause, row.id) end
end

-- A letter leaves with a success or a discard only: that of a dead row that is opened is on trial.
-- It keeps its place among the others, by when it died last. `requeued` tells of a trial that an
-- admin's requeue began, and of no other.
local function try_again(row)
  local at = redis.call('ZSCORE', 'cw:letters', row.id)
  unlist(row)
  if at then redis.call('ZADD', 'cw:trial', at, row.id) end
  redis.call('HDEL', 'cw:letter:' .. row.id, 'requeued')
end

local function drop_letter(row)
  redis.call('DEL', 'cw:letter:' .. row.id)
  redis.call('ZREM', 'cw:trial', row.id)
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
    fields.again = (rewrite or not is_known(row)) and 'rewrite' or 'change'
    if not row.next_heard then fields.next_heard = heard end
    write(row, fields)
    tell(row, 'again', reason)
  elseif row.state == 'waiting' then
    leave_line(row)
    fields.again, fields.waiting_for, fields.heard = false, false, row.heard or heard
    queue(row, 'qualification', fields, true)
    tell(row, 'opened', reason)
  else
    if row.state == 'dead' then try_again(row) end
    if row.written and redis.call('EXISTS', 'cw:doubt') == 1 then fields.written = 'unsure' end
    for _, name in ipairs({'again', 'cause', unpack(COUNTERS)}) do fields[name] = false end
    fields.heard = heard
    queue(row, 'ingest', fields, true)
    tell(row, 'opened', reason)
  end
end

local function answer(verdict, more)
  local result = more or {}
  result.verdict = verdict
  if #nudges > 0 then result.nudges = nudges end
  return cjson.encode(result)
end
