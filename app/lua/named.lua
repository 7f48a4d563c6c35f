-- named(account, customer): the Account names this Customer now; without `customer`, another run is
-- to see to it. `named` stays in the row: what Salesforce does not keep is not written over and over.
redis.call('ZREM', 'cw:write_back', input.account)
if input.customer then write(load(input.account), {named = input.customer}) end
return answer('named')
