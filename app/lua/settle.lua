-- settle(account, token, stage, seen, outcome, words, customer, created, wrote, write_back, letter, look)
local row = load(input.account)
if not holds(row) then return answer('fenced') end
if input.look then look_later(row) end
return answer(settle(row, input.outcome, input))
