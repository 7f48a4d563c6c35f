-- What every move shares, after ending.lua: how a row gets its holder.

local function hand(row)
  return answer('go', {held = {
    customer = row.customer, named = row.named, written = row.written, reason = row.reason,
    force = row.force ~= nil,
    needed = redis.call('SCARD', 'cw:waiting:' .. row.id) > 0, attempts = number(row, 'attempts'),
    throttled = number(row, 'throttled'), doubted = number(row, 'doubted'),
    spared = number(row, 'spared'),
  }})
end

-- Which call of which worker process has the row.
local function claim_of() return input.process .. '.' .. input.salt end

-- A claim whose answer was lost is sent again by the client, word for word: its salt tells.
local function is_taken(row, stage)
  return row.state == 'running' and row.token == input.token and row.stage == stage
    and row.claim == claim_of()
end

-- The suspect that runs; its own row tells, so that nothing is left of one that was lost.
local function suspect()
  local id = redis.call('GET', 'cw:suspect')
  local row = id and load(id)
  if row and row.state == 'running' and row.alone then return row end
end

-- Processes that had a suspect among their rows: what is lost with them tells nothing of others.
local function note_host(process)
  redis.call('SADD', 'cw:suspect:hosts', process)
  redis.call('EXPIRE', 'cw:suspect:hosts', 3600)
end

-- A message that does not lead to a holder is lost for certain: place 0.
local function drop(row, stage, due)
  local state = row.state == 'running' and 'queued' or row.state
  write(row, {state = state, stage = stage, place = 0}, due)
end

-- The row is the caller's for `lease` from here on, unless its stage is paused: the sweeper publishes
-- it in its first tick after that. Or unless it is a suspect and another runs: it gets its turn.
local function take(row, stage)
  local pause = paused(stage)
  if pause then
    drop(row, stage, now)
    return answer('paused', {pause = pause})
  end
  local fields = {state = 'running', stage = stage, place = false, claim = claim_of()}
  if is_suspect(row) and not row.alone then
    if suspect() then
      drop(row, stage, now + input.waiting_grace)
      redis.call('ZADD', 'cw:suspects', 'NX', clock[1] * 1e6 + clock[2], row.id)
      return answer('put_off')
    end
    redis.call('SET', 'cw:suspect', row.id)
    redis.call('ZREM', 'cw:suspects', row.id)
    note_host(input.process)
    fields.alone = 1
  end
  if stage == 'qualification' then
    fields.again = false
    if row.next_heard then fields.heard, fields.next_heard = row.heard or row.next_heard, false end
  end
  write(row, fields, now + input.lease)
  return hand(row)
end
