-- link(account, customer, words): an admin ties a dead row to a Customer that NetSuite has.
local row = load(input.account)
if row.state ~= 'dead' then return answer('not_dead') end
tell(row, 'linked', input.words)
link(row, input.customer)
open(row, input.words)
return answer('linked')
