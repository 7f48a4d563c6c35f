-- settle(account, token, outcome, words, customer, wrote, letter)
local row = load(input.account)
if not holds(row) then return answer('fenced') end
return answer(settle(row, input.outcome, input))
