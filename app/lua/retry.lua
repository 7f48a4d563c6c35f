-- retry(account, token, delay, counted, limit, letter): the same stage again, later; past the
-- limit of counted attempts the row dies of the letter.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
local attempts = number(row, 'attempts')
if input.counted and attempts >= input.limit then
  return answer(settle(row, 'dead', {letter = input.letter}))
end
local fields = {state = 'retrying'}
if input.counted then fields.attempts = attempts + 1 end
tell(row, 'retrying', input.letter.cause .. ': ' .. input.letter.words)
queue(row, row.stage, fields, true, input.delay)
return answer('retrying')
