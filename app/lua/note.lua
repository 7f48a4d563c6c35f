-- note(account, by, assigned, comment): what people keep with a letter, in its own key: rows stay
-- compact. Empty takes it away.
local key = 'cw:letter:' .. input.account
if redis.call('EXISTS', key) == 0 then return answer('no_letter') end
for name, what in pairs({assigned = 'assign', comment = 'comment'}) do
  local words = input[name]
  if words then
    audit(input.by, what, input.account, redis.call('HGET', key, name) or '', words)
    redis.call('HSET', key, name, words)
  end
end
return answer('noted')
