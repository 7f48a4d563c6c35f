-- advance(account, token, next, words): on to the next stage.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
if input.words ~= '' then tell(row, 'passed', input.words) end
queue(row, input.next)
return answer('advanced')
