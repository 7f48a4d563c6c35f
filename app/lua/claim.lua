-- claim(stage, account, token, place, process, lease): go with what the holder needs to know, or
-- drop.
local row, stage = load(input.account), input.stage
if is_taken(row, stage) then return hand(row) end
if row.token ~= input.token or row.stage ~= stage
  or (row.state ~= 'queued' and row.state ~= 'retrying') then
  return answer('stale')
end
local claimed = 'cw:claimed:' .. stage
if input.place > tonumber(redis.call('GET', claimed) or 0) then
  redis.call('SET', claimed, input.place)
end
return take(row, stage)
