-- advance(account, token, stage, next, words, process, lease): on to the next stage; with a lease
-- the holder goes on there itself: queued and claimed in one step, without a message.
local row = load(input.account)
if input.lease and is_taken(row, input.next) then return hand(row) end
if not holds(row) then return answer('fenced') end
if input.words ~= '' then tell(row, 'passed', input.words) end
if input.lease then return take(row, input.next) end
queue(row, input.next)
return answer('advanced')
