-- Who did what, when and why: the stream `cw:audit`, whose ids are the times; for each kind of action
-- a stream of its own with the same ids, so that a rare kind is neither looked for among all nor
-- pushed out by a frequent one; and for each account the ids of its last entries, newest first.
local function audit(by, what, account, before, after)
  local entry = {'who', by.who, 'what', what, 'account', account, 'why', by.why, 'before', before,
    'after', after}
  local id = redis.call('XADD', 'cw:audit', 'MAXLEN', '~', 1000000, '*', unpack(entry))
  redis.call('XADD', 'cw:audit:of:' .. what, 'MAXLEN', '~', 100000, id, unpack(entry))
  if account == '' then return end
  local key = 'cw:audit:' .. account
  redis.call('LPUSH', key, id)
  redis.call('LTRIM', key, 0, 199)
  redis.call('EXPIRE', key, 34214400)
end
