-- claim(stage, account, token, place, lease): go with what the holder needs to know, or drop. A
-- claim whose answer was lost is sent again by the client, word for word: its salt tells.
local row, stage = load(input.account), input.stage

local function go()
  return answer('go', {held = {
    customer = row.customer, named = row.named, written = row.written, reason = row.reason,
    force = row.force ~= nil,
    needed = redis.call('SCARD', 'cw:waiting:' .. row.id) > 0, attempts = number(row, 'attempts'),
    throttled = number(row, 'throttled'), doubted = number(row, 'doubted'),
    spared = number(row, 'spared'),
  }})
end

if holds(row) and row.stage == stage and row.claim == input.salt then return go() end
if row.token ~= input.token or row.stage ~= stage
  or (row.state ~= 'queued' and row.state ~= 'retrying') then
  return answer('stale')
end
local claimed = 'cw:claimed:' .. stage
if input.place > tonumber(redis.call('GET', claimed) or 0) then
  redis.call('SET', claimed, input.place)
end
local pause = paused(stage)
if pause then
  -- Its message is lost for certain: the sweeper publishes it in its first tick after the pause.
  write(row, {place = 0}, now)
  return answer('paused', {pause = pause})
end
local fields = {state = 'running', place = false, claim = input.salt}
if stage == 'qualification' then
  fields.again = false
  if row.next_heard then fields.heard, fields.next_heard = row.heard or row.next_heard, false end
end
write(row, fields, now + input.lease)
return go()
