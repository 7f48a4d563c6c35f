-- restart(run, batch, doubt): after Redis came back, perhaps without its last second, nobody can be
-- sure of a token or of what was written: every row under way gets a new token, and written = unsure
-- if it has passed qualification ever. Not otherwise: unsure passes qualification, and an Account
-- without a Closed Won must not become a Customer because a server was restarted.
-- Rows at rest may have lost the end of a run, too: whoever is opened while the doubt lasts, as by
-- events that come again with the cursor, is written even if its payload looks unchanged.
-- The set of rows still to be treated is kept, so the work is bounded and may be resumed.
if redis.call('GET', 'cw:run') ~= input.run then
  local known = redis.call('EXISTS', 'cw:run') == 1
  redis.call('SET', 'cw:run', input.run)
  if not known then return answer('first', {found = 0}) end
  redis.call('SET', 'cw:doubt', now, 'PX', input.doubt)
  redis.call('ZUNIONSTORE', 'cw:restarted', 6, 'cw:due:ingest', 'cw:due:qualification',
    'cw:due:hierarchy', 'cw:due:upsert', 'cw:due:running', 'cw:due:waiting')
end
local popped = redis.call('ZPOPMIN', 'cw:restarted', input.batch)
for i = 1, #popped, 2 do
  local row = load(popped[i])
  if row.state == 'running' and row.stage == 'upsert' then look_later(row) end
  local passed = row.customer or row.written or row.stage == 'hierarchy' or row.stage == 'upsert'
  if passed then write(row, {written = 'unsure'}) end
  if UNDER_WAY[row.state] then queue(row, row.stage, {state = 'queued'}, true) end
end
return answer('restarted', {found = #popped / 2})
