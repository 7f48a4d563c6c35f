-- What every move shares, after row.lua: an account becomes a Customer.

local CUSTOMERS = 'closedwon:customers'

-- Whoever waits for this account, now a Customer, goes on.
local function release(row, children)
  for _, id in ipairs(children or waiters(row.id)) do
    local child = load(id)
    if child.state == 'waiting' and child.waiting_for == row.id then
      queue(child, 'hierarchy', {waiting_for = false}, true)
      tell(child, 'released', 'parent ' .. row.id .. ' is a Customer now')
    end
    redis.call('SREM', 'cw:waiting:' .. row.id, id)
  end
end

-- Other programs learn of it in the same step (docs/hand-off.md). The group is made with the stream,
-- so that it misses nothing, whenever its first consumer comes.
local function announce(row, created)
  if redis.call('EXISTS', CUSTOMERS) == 0 then
    redis.call('XGROUP', 'CREATE', CUSTOMERS, 'orders', '0', 'MKSTREAM')
  end
  redis.call('XADD', CUSTOMERS, 'MAXLEN', '~', 1000000, '*', 'account', row.id,
    'customer', row.customer, 'at', now, 'what', created and 'created' or 'updated')
end

-- Whatever makes an account a Customer comes through here: those who wait go on, and children
-- that were synced without this parent, because it came late, are looked at again.
local function link(row, customer, created)
  local first, before = not row.customer, row.customer
  write(row, {customer = customer})
  if row.customer ~= before then announce(row, created) end
  release(row)
  if first then
    for _, id in ipairs(redis.call('SMEMBERS', 'cw:late:' .. row.id)) do
      open(load(id), 'its parent ' .. row.id .. ' became a Customer')
    end
    redis.call('DEL', 'cw:late:' .. row.id)
  end
end
