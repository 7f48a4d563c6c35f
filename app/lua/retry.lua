-- retry(account, token, stage, delay, counter, limit, letter, look): the same stage again, later;
-- the counter grows, and past the limit of `attempts` the row dies of the letter. The others are
-- noted, so that they are bounded, or come back ever later. `look`: a write went unanswered and may
-- yet land, after newer ones: a second look, once NetSuite must have given it up, writes the newest
-- state again.
-- Without a counter the row is handed back, for the sweeper to publish in its next tick.
local row = load(input.account)
if not holds(row) then return answer('fenced') end
if input.look then look_later(row) end
local counter = input.counter
if not counter then
  write(row, {state = 'queued', token = token(), place = 0}, now)
  return answer('queued')
end
local times = number(row, counter) + 1
if counter == 'attempts' and times > input.limit then
  return answer(settle(row, 'dead', {letter = input.letter}))
end
if counter == 'attempts' or times == 1 then
  tell(row, 'retrying', input.letter.cause .. ': ' .. input.letter.words)
end
queue(row, row.stage, {state = 'retrying', [counter] = times}, true, input.delay)
return answer('retrying')
