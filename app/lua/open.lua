-- open(orders, cursor): accounts, and the listener's cursor with them, in one step.
-- The cursor's mark is new with each step of a stream: `<step>:<batches still to come>`. If it is not
-- the one that the stream left, Redis came back without its last moments, rows and cursor alike (or
-- another listener is at work): a later cursor over the older one would skip what was lost.
local cursor = input.cursor
local key = cursor and 'cw:cursor:' .. cursor.channel
if cursor then
  local stored = redis.call('HGET', key, 'mark') or ''
  local step, left = string.match(stored, '^(%x+):(%d+)$')
  -- This very batch again, since its answer was lost.
  if step == cursor.mark and tonumber(left) <= cursor.left then return answer('open') end
  if stored ~= cursor.after then return answer('rolled_back') end
end
for _, order in ipairs(input.orders) do
  open(load(order.account), order.reason, order.force, order.rewrite)
end
if cursor then
  local fields = {'mark', cursor.mark .. ':' .. cursor.left}
  if next(cursor.fields) then fields[3], fields[4] = 'at', now end
  for name, value in pairs(cursor.fields) do
    fields[#fields + 1], fields[#fields + 2] = name, value
  end
  redis.call('HSET', key, unpack(fields))
end
return answer('open')
