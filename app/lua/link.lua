-- link(account, customer, reason, words, by, from): an admin ties a row at rest to a Customer that
-- NetSuite has; what that holds is not known. `from`: the account that it is taken from, unless it
-- is in use there. Nor is it taken from any other, be it one that is only about to write it.
local function moves(row) return UNDER_WAY[row.state] or row.state == 'waiting' end

local row, other = load(input.account), input.from and load(input.from)
if moves(row) then return answer('under_way') end
local owner = other_owner(row, input.customer)
if owner and owner.id ~= input.from then return answer('in_use') end
if other and other.customer == input.customer then
  if moves(other) or other.state == 'synced' then return answer('in_use') end
  write(other, {customer = false, written = false, named = false})
  redis.call('ZREM', 'cw:left', other.id)
  announce(other, 'unlinked')
  audit(input.by, 'unlink', other.id, input.customer, '')
  tell(other, 'unlinked', input.words)
end
audit(input.by, 'link', row.id, row.customer or '', input.customer)
tell(row, 'linked', input.words)
link(row, input.customer)
open(row, input.reason, false, true)
return answer('linked')
