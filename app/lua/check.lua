-- check(account, token, stage, hash, parent, parent_customer, customer), right before a write: is
-- the holder still the holder, the parent still that Customer, the one that was found (customer) no
-- other account's, and is there anything to write? From `go` on the state of NetSuite counts as
-- unknown until settle or wrote says otherwise; the holder learns what it counted as until now, which
-- is newer than what it has claimed. And from `go` on the Customer is this account's for all others.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
if input.parent and load(input.parent).customer ~= input.parent_customer then
  return answer('wait')
end
if row.customer and row.written == input.hash then
  settle(row, 'synced', {words = input.words})
  return answer('unchanged')
end
if input.customer then
  local other = other_owner(row, input.customer)
  if other then
    local linked = other.customer == input.customer
    return answer('taken', {owner = other.id, linked = linked})
  end
  redis.call('SET', owner_key(input.customer), row.id)
end
local stood = row.written
write(row, {written = 'unsure'})
return answer('go', {written = stood})
