-- check(account, token, hash, parent, parent_customer), right before a write: is the holder still
-- the holder, the parent still that Customer, and is there anything to write? From `go` on the
-- state of NetSuite counts as unknown until settle or wrote says otherwise; the holder learns what it
-- counted as until now, which is newer than what it has claimed.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
if input.parent and load(input.parent).customer ~= input.parent_customer then
  return answer('wait')
end
if row.customer and row.written == input.hash then
  settle(row, 'synced', {words = input.words})
  return answer('unchanged')
end
local stood = row.written
write(row, {written = 'unsure'})
return answer('go', {written = stood})
