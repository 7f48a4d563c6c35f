-- open(orders, cursor): many accounts, and the listener's cursor with them, in one step.
for _, order in ipairs(input.orders) do
  open(load(order.account), order.reason, order.force, order.rewrite)
end
if input.cursor then
  local fields = {'at', now}
  for name, value in pairs(input.cursor.fields) do
    fields[#fields + 1], fields[#fields + 2] = name, value
  end
  redis.call('HSET', 'cw:cursor:' .. input.cursor.channel, unpack(fields))
end
return answer('open')
