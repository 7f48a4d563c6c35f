-- renew(rows, lease): a worker process still works at these, {account, token} each: their leases
-- end so much later -> which of them are its own no more.
local lost = {}
for _, held in ipairs(input.rows) do
  local known = redis.call('HMGET', 'cw:row:' .. held[1], 'state', 'token')
  if known[1] == 'running' and known[2] == held[2] then
    redis.call('ZADD', 'cw:due:running', 'XX', now + input.lease, held[1])
  else
    lost[#lost + 1] = held[1]
  end
end
return answer('renewed', {lost = #lost > 0 and lost or nil})
