-- Who did what, when and why: the stream `cw:audit`, whose ids are the times, and for each account
-- the ids of its last entries, newest first, so that its page need not look through all.
local function audit(by, what, account, before, after)
  local id = redis.call('XADD', 'cw:audit', 'MAXLEN', '~', 1000000, '*', 'who', by.who,
    'what', what, 'account', account, 'why', by.why, 'before', before, 'after', after)
  if account == '' then return end
  local key = 'cw:audit:' .. account
  redis.call('LPUSH', key, id)
  redis.call('LTRIM', key, 0, 199)
  redis.call('EXPIRE', key, 34214400)
end
