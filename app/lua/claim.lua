-- claim(stage, account, token, place, lease): go with what the holder needs to know, or drop.
local row, stage = load(input.account), input.stage
if row.token ~= input.token or row.stage ~= stage
  or (row.state ~= 'queued' and row.state ~= 'retrying') then
  return answer('stale')
end
local claimed = 'cw:claimed:' .. stage
if input.place > tonumber(redis.call('GET', claimed) or 0) then
  redis.call('SET', claimed, input.place)
end
local pause = paused(stage)
if pause then return answer('paused', {pause = pause}) end
local waited_for = redis.call('SCARD', 'cw:waiting:' .. row.id) > 0
local fields = {state = 'running', place = false}
if stage == 'qualification' then fields.again = false end
write(row, fields, now + input.lease)
return answer('go', {held = {
  customer = row.customer, written = row.written, reason = row.reason, force = row.force ~= nil,
  needed = waited_for, attempts = number(row, 'attempts'),
}})
