-- retry(account, token, delay, counted, limit, letter, look): the same stage again, later; past the
-- limit of counted attempts the row dies of the letter. Throttled ones are not counted, but noted,
-- so that they too come back ever later. `look`: a write went unanswered and may yet land, after
-- newer ones: a second look, once NetSuite must have given it up, writes the newest state again.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
local attempts = number(row, 'attempts')
if input.look then redis.call('ZADD', 'cw:second_look', now + input.second_look, row.id) end
if input.counted and attempts >= input.limit then
  return answer(settle(row, 'dead', {letter = input.letter}))
end
local fields = {state = 'retrying'}
if input.counted then
  fields.attempts = attempts + 1
else
  fields.throttled = number(row, 'throttled') + 1
end
if input.counted or fields.throttled == 1 then
  tell(row, 'retrying', input.letter.cause .. ': ' .. input.letter.words)
end
queue(row, row.stage, fields, true, input.delay)
return answer('retrying')
