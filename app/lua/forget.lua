-- forget(batch, words, by): with the flow off, what is remembered is dropped. Rows that run are left:
-- their worker may be writing. `given_up` keeps comparisons from opening what was dropped: they leave
-- it alone until its next change. What was read of a row that waited was never written: no `seen`.
-- A letter on trial is not lost: it is dead again, as it was.
if redis.call('EXISTS', 'cw:pause:flow') == 0 then return answer('flow_on') end
local found = 0
for _, kind in ipairs({'ingest', 'qualification', 'hierarchy', 'upsert', 'waiting'}) do
  for _, id in ipairs(redis.call('ZRANGE', 'cw:due:' .. kind, 0, input.batch - 1)) do
    local row, fields = load(id), {given_up = math.floor(now / 1000)}
    leave_line(row)
    for _, name in ipairs({'state', 'stage', 'claim', 'place', 'again', 'force', 'waiting_for',
      'reason', 'heard', 'next_heard', 'seen', unpack(COUNTERS)}) do
      fields[name] = false
    end
    if row.customer then fields.state, fields.written = 'synced', 'unsure' end
    local letter = redis.call('HMGET', 'cw:letter:' .. id, 'cause', 'stage', 'at')
    if letter[1] then
      fields.state, fields.cause, fields.stage, fields.force = 'dead', letter[1], letter[2], row.force
      list(row, letter[1], letter[3])
    end
    tell(row, 'forgotten', input.words)
    write(row, fields)
    found = found + 1
  end
end
if found > 0 then
  audit(input.by, 'flow drop', '', '', string.format('%d accounts forgotten', found))
end
return answer('forgotten', {found = found})
