-- reserve(key, account, seconds): unless another account has it, the key is this one's for so many
-- seconds from now; 0 gives it back -> who had it until now, or nothing.
local input = cjson.decode(ARGV[1])
local owner = redis.call('GET', input.key)
if not owner or owner == input.account then
  if input.seconds > 0 then
    redis.call('SET', input.key, input.account, 'EX', input.seconds)
  elseif owner then
    redis.call('DEL', input.key)
  end
end
return owner or ''
