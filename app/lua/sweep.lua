-- sweep(batch, margin, notice, horizons, round, pages, late_limit): what is overdue, at most `batch`
-- rows of each kind, from `pages[stage]` on: rows that are merely late are passed over and must not
-- hide lost ones (up to late_limit of them a tick, so that a long backlog does not make each tick
-- long).
-- A queued row counts as lost, not merely late, when its stage's queue is empty or its place lies
-- well behind one that was claimed: up to `horizon`. Place 0: it was dropped at a pause, and is. The
-- horizons are taken once a tick, before the tick's own messages fill the queues.
-- Leases are judged in rounds, at least `notice` apart: one lapses if it was over in the round before
-- and nobody has renewed it since. So when Redis or the sweeper was away, holders come first.
redis.call('SET', 'cw:swept', now)
local found, pages, more = 0, input.pages or {}, false
local horizons, round = input.horizons, input.round
if not horizons then
  local before = tonumber(redis.call('GET', 'cw:noticed') or 0)
  round = math.abs(now - before) >= input.notice and before or -1
  if round >= 0 then redis.call('SET', 'cw:noticed', now) end
  horizons = {}
  for _, stage in ipairs(STAGES) do
    local published = tonumber(redis.call('GET', 'cw:published:' .. stage) or 0)
    local claimed = tonumber(redis.call('GET', 'cw:claimed:' .. stage) or 0)
    local empty = redis.call('LLEN', stage) == 0
    horizons[stage] = empty and published or claimed - input.margin
  end
end

local function overdue(set, from, since)
  return redis.call('ZRANGEBYSCORE', set, '-inf', since or now, 'LIMIT', from or 0, input.batch)
end

local function process_of(row) return string.match(row.claim or '', '^[^.]*') end

local function is_host(process)
  return redis.call('SISMEMBER', 'cw:suspect:hosts', process) == 1
end

-- The processes that are lost, as far as no suspect was among their rows. They excuse the suspect
-- that runs, be it lost or not: something else ends workers, too, and may well end the suspect's.
local function lost_in_company(ids)
  local processes = {}
  for _, id in ipairs(ids) do
    local row = load(id)
    local process = process_of(row)
    if not row.alone and not is_host(process) then processes[#processes + 1] = process end
  end
  local other = #processes > 0 and suspect()
  if other then write(other, {alone = 'excused'}) end
  return processes
end

-- Whose lease is judged within the next rounds (one to two `notice` each) may have been lost with
-- them. Not by who has become a suspect of their losses.
local function remember(processes)
  for _, process in ipairs(processes) do
    if input.notice > 0 and not is_host(process) then
      redis.call('SET', 'cw:lost', process, 'PX', 4 * input.notice)
    end
  end
end

-- Whether another process is lost as well, now or within the last seconds: a row is claimed again
-- too late to have been in that one, too.
local function others_are_lost(process, lost)
  if input.notice == 0 then return false end
  local last = redis.call('GET', 'cw:lost')
  if last and last ~= process then return true end
  for _, other in ipairs(lost) do
    if other ~= process then return true end
  end
  return false
end

-- It may be anybody's doing; half as likely the row's if others are lost. Not less, or two that kill
-- their workers at a time would excuse each other for ever.
local function lapse_in_company(row, lost)
  local weight = others_are_lost(process_of(row), lost) and 0.5 or 1
  local crashes = number(row, 'crashes') + weight
  if crashes >= input.crash_limit then note_host(process_of(row)) end
  tell(row, 'lapsed', 'its worker was lost: handed to another')
  queue(row, row.stage, {crashes = crashes}, true)
end

local function lapse_alone(row)
  local crashes, suspected = number(row, 'crashes'), number(row, 'suspected')
  local excused = row.alone == 'excused' or redis.call('EXISTS', 'cw:lost') == 1
  if excused then crashes = crashes + 1 else suspected = suspected + 1 end
  if suspected < input.suspect_limit and crashes < input.loss_limit then
    tell(row, 'lapsed', 'its worker was lost, and no other suspect ran: handed to another')
    queue(row, row.stage, {crashes = crashes, suspected = suspected}, true)
    return
  end
  write(row, {token = token(), crashes = crashes, suspected = suspected})
  settle(row, 'dead', {letter = {cause = 'WorkerLost', words = 'Its worker was lost '
    .. (crashes + suspected) .. ' times in a row, ' .. suspected .. ' of them as no other one was,'
    .. ' the last time at ' .. row.stage .. '. Look for what kills it in the worker\'s log, then'
    .. ' requeue.'}})
end

-- A lease that ran out: its holder, dead or stalled, is disowned. What a stalled one still writes
-- is found by a second look, later than any stalled worker survives.
local function lapse(row, lost)
  if row.stage == 'upsert' then look_later(row) end
  if row.alone then lapse_alone(row) else lapse_in_company(row, lost) end
end

local function revisit(row)
  local parent = load(row.waiting_for)
  if parent.customer then
    release(parent, {row.id})
    return
  end
  redis.call('ZADD', 'cw:due:waiting', now + input.waiting_grace, row.id)
  if parent.state == 'none' or parent.state == 'synced' or parent.state == 'skipped' then
    open(parent, 'needed as parent of ' .. row.id)
  end
end

-- The suspect comes last, in the last batch: the order of the leases must not judge it.
local lapsed = overdue('cw:due:running', 0, round)
local processes, early = lost_in_company(lapsed), #lapsed > 1 and #lapsed == input.batch
for _, id in ipairs(lapsed) do
  local row = load(id)
  if not (early and row.alone) then
    lapse(row, processes)
    found = found + 1
  end
end
remember(processes)
for _, stage in ipairs(STAGES) do
  local late = pages[stage] or 0
  local enough = paused(stage) or late >= input.late_limit
  local page = enough and {} or overdue('cw:due:' .. stage, late)
  more = more or #page == input.batch
  for _, id in ipairs(page) do
    local row = load(id)
    local place = number(row, 'place')
    if place == 0 or place <= horizons[stage] then
      tell(row, 'republished', 'its message was lost or dropped while paused')
      queue(row, stage, {state = row.state})
      found = found + 1
    else
      late = late + 1
    end
  end
  pages[stage] = late
end
for _, id in ipairs(overdue('cw:due:waiting')) do
  revisit(load(id))
  found = found + 1
end
for _, id in ipairs(overdue('cw:second_look')) do
  redis.call('ZREM', 'cw:second_look', id)
  local row = load(id)
  if row.state == 'dead' or row.state == 'none' then
    write(row, {written = 'unsure'})
  else
    open(row, 'second look after a lost worker', false, true)
  end
  found = found + 1
end
for _, id in ipairs(overdue('cw:write_back')) do
  redis.call('ZREM', 'cw:write_back', id)
  local row = load(id)
  if row.state ~= 'dead' and row.state ~= 'none' then
    open(row, 'its Customer\'s id may be missing in Salesforce')
  end
  found = found + 1
end
return answer('swept',
  {found = found, horizons = horizons, round = round, pages = pages, more = more})
