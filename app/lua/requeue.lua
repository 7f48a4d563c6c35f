-- requeue(accounts, reason, by, force, patience, recovery): dead rows run again, their letters on
-- trial -> account to requeued, not_dead, or just_died: its last trial was begun by a requeue, and
-- it died of that less than `patience` ago. Should the answer be lost, a salted token tells a row
-- that this very move has requeued.
-- A recovery moves on with its letters, by who has read it as it is; its canary is the first of the
-- accounts that may be requeued, and the others are left.
local verdicts, counts, step = {}, {requeued = 0, not_dead = 0, just_died = 0}, input.recovery
if step and redis.call('HGET', 'cw:recoveries', step.id) ~= step.before then
  return answer('superseded')
end

local function just_died(id)
  local known = redis.call('HMGET', 'cw:letter:' .. id, 'requeued', 'at')
  local requeued, at = tonumber(known[1]), tonumber(known[2])
  return requeued and at and at >= requeued and now - at < input.patience
end

for _, id in ipairs(input.accounts) do
  local row = load(id)
  if row.state == 'dead' and not input.force and just_died(id) then
    verdicts[id] = 'just_died'
  elseif row.state == 'dead' then
    audit(input.by, 'requeue', id, 'dead: ' .. row.cause, 'queued')
    open(row, input.reason)
    redis.call('HSET', 'cw:letter:' .. id, 'requeued', now)
    verdicts[id] = 'requeued'
  else
    local mine = string.sub(row.token or '', 1, #input.salt) == input.salt
    verdicts[id] = mine and 'requeued' or 'not_dead'
  end
  counts[verdicts[id]] = counts[verdicts[id]] + 1
  if step and step.canary and verdicts[id] == 'requeued' then
    step.account = id
    break
  end
end
if step and (step.account or not step.canary) then
  local order = cjson.decode(step.before)
  order.requeued = order.requeued + counts.requeued
  if step.canary then
    order.canary = step.account
  else
    order.refused = order.refused + counts.just_died
    order.place_ms, order.place_account = step.place_ms, step.place_account
  end
  redis.call('HSET', 'cw:recoveries', step.id, cjson.encode(order))
end
return answer('requeued', {accounts = verdicts})
