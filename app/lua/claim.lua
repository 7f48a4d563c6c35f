-- claim(stage, account, token, place, process, lease): go with what the holder needs to know, or
-- drop. Until it is heeded that Redis came back (restart.lua), perhaps with this row as it was a
-- second before it was claimed, nobody gets one: its holder may well be at work yet, with this token.
local row, stage = load(input.account), input.stage
local run = redis.call('GET', 'cw:run')
if run then
  local server = redis.call('INFO', 'server')
  if not string.find(server, 'run_id:' .. run, 1, true) then
    return answer('restarted', {seconds = tonumber(string.match(server, 'uptime_in_seconds:(%d+)'))})
  end
end
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
