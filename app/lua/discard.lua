-- discard(account, words, by): the letter goes; whoever waits for it is told by a letter of its own.
-- `given_up`, when that was in seconds: comparisons leave the account alone while it is no newer.
local row = load(input.account)
if row.state ~= 'dead' then return answer('not_dead') end
audit(input.by, 'discard', row.id, 'dead: ' .. row.cause, 'none')
unlist(row)
drop_letter(row)
redis.call('ZREM', 'cw:left', row.id)
local fields = {given_up = math.floor(now / 1000)}
for _, name in ipairs({'state', 'stage', 'force', 'cause', 'reason', unpack(COUNTERS)}) do
  fields[name] = false
end
tell(row, 'discarded', input.words)
write(row, fields)
for _, id in ipairs(waiters(row.id)) do
  local child = load(id)
  leave_line(child)
  redis.call('HDEL', 'cw:letter:' .. id, 'requeued')  -- it does not die of its requeue
  die(child, {cause = 'ParentDiscarded', words = 'It waited for its parent ' .. row.id
    .. ', whose letter was discarded. Requeue it, or give it another parent in Salesforce.'})
end
return answer('discarded')
