-- settle(account, token, stage, seen, outcome, words, customer, created, wrote, write_back, letter)
local row = load(input.account)
if not holds(row) then return answer('fenced') end
return answer(settle(row, input.outcome, input))
