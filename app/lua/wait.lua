-- wait(account, token, stage, parent, late, limit): go on if the parent is a Customer, else wait for
-- it here in the ledger. `late`: do without the parent, but remember who would have liked it.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
local parent = load(input.parent)
local own = input.parent == row.id
if parent.customer and not own then return answer('ready', {customer = parent.customer}) end
if input.late and not own then
  redis.call('SADD', 'cw:late:' .. input.parent, row.id)
  return answer('late')
end
if row.again then
  queue(row, 'qualification', nil, true)
  tell(row, 'again', 'a change came meanwhile: looked at afresh')
  return answer('afresh')
end

local line, seen, at = {}, {}, input.parent
while at and at ~= row.id and not seen[at] do
  line[#line + 1], seen[at] = at, true
  local next = at == input.parent and parent or load(at)
  at = next.state == 'waiting' and next.waiting_for or nil
end
if at ~= row.id then
  write(row, {state = 'waiting', stage = 'hierarchy', waiting_for = input.parent, place = false,
    seen = input.seen}, now + input.waiting_grace)
  redis.call('SADD', 'cw:waiting:' .. input.parent, row.id)
  tell(row, 'waiting', 'for its parent ' .. input.parent .. ' to become a Customer')
  if parent.state ~= 'dead' and parent.state ~= 'waiting' then
    open(parent, 'needed as parent of ' .. row.id)
  end
  return answer('waiting')
end

local circle = row.id .. ' > ' .. table.concat(line, ' > ') .. (#line > 0 and ' > ' or '') .. row.id
if number(row, 'cycles') < input.limit then
  for _, id in ipairs(line) do open(load(id), 'its parents looked like a circle: ' .. circle) end
  tell(row, 'retrying', 'its parents look like a circle, read again: ' .. circle)
  queue(row, row.stage, {state = 'retrying', cycles = number(row, 'cycles') + 1}, true, input.delay)
  return answer('retrying')
end
return answer(settle(row, 'dead', {letter = {cause = 'InvalidHierarchy',
  words = 'The parents form a circle: ' .. circle .. '. Correct ParentId in Salesforce.'}}))
