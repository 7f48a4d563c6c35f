-- open(orders, cursor, progress, by): accounts, and in the same step what led to them: the
-- listener's cursor, with passes that it asks for, or how far a pass of the reconciler has come, or
-- who wants it.
-- The cursor's mark is new with each step of a stream: `<step>:<batches still to come>`. If it is
-- not the one that the stream left, Redis came back without its last moments, rows and cursor
-- alike: a later cursor over the older one would skip what was lost. `holder` is the token of the
-- lock that lets one listener listen: who lost it must not store anything any more. A pass is
-- changed only by who has read it as it is.
local cursor, progress = input.cursor, input.progress
local key = cursor and 'cw:cursor:' .. cursor.channel
if cursor then
  local stored = redis.call('HGET', key, 'mark') or ''
  local step, left = string.match(stored, '^(%x+):(%d+)$')
  -- This very batch again, since its answer was lost.
  if step == cursor.mark and tonumber(left) <= cursor.left then return answer('open') end
  if (redis.call('GET', 'cw:listening') or '') ~= cursor.holder then return answer('superseded') end
  if stored ~= cursor.after then return answer('rolled_back') end
end
local pass = progress and redis.call('HGET', 'cw:passes', progress.name)
if progress and pass ~= progress.before then
  -- This very page again, since its answer was lost; or somebody else's.
  return answer(pass and pass == progress.after and 'open' or 'superseded')
end
for _, order in ipairs(input.orders) do
  local row = load(order.account)
  local before = row.state
  open(row, order.reason, order.force, order.rewrite, order.heard)
  if input.by then audit(input.by, 'sync', row.id, before, row.state) end
end
if cursor then
  local fields = {'mark', cursor.mark .. ':' .. cursor.left}
  if next(cursor.fields) then fields[3], fields[4] = 'at', now end
  for name, value in pairs(cursor.fields) do
    fields[#fields + 1], fields[#fields + 2] = name, value
  end
  redis.call('HSET', key, unpack(fields))
  for name, asked in pairs(cursor.asks) do redis.call('HSET', 'cw:passes', name, asked) end
end
if progress then
  if progress.after then
    redis.call('HSET', 'cw:passes', progress.name, progress.after)
  else
    redis.call('HDEL', 'cw:passes', progress.name)
  end
  for name, value in pairs(progress.watermarks) do
    if value > tonumber(redis.call('HGET', 'cw:watermarks', name) or 0) then
      redis.call('HSET', 'cw:watermarks', name, value)
    end
  end
end
return answer('open')
