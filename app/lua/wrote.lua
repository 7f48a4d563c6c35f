-- wrote(account, token, stage, customer, created, hash): the Customer is written, and what follows it
-- in a record of its own is not. It is linked from here on, and `hash` says which parts of the
-- payload stand, so that a failure of what follows costs no second write.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
link(row, input.customer, input.created)
if is_known(row) then write(row, {written = input.hash}) end
return answer('wrote')
