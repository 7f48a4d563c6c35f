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

local function has_group()
  if redis.call('EXISTS', CUSTOMERS) == 0 then return false end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', CUSTOMERS)) do
    if group[2] == 'orders' then return true end  -- its name comes first
  end
  return false
end

local function owner_key(customer) return 'cw:customer:' .. customer end

-- Another account that has this Customer, or is about to write it; nil where the key is out of date.
local function other_owner(row, customer)
  local id = redis.call('GET', owner_key(customer))
  local other = id and id ~= row.id and load(id)
  if other and (other.customer == customer or UNDER_WAY[other.state]) then return other end
end

-- Other programs learn of it in the same step (docs/hand-off.md). The group is made before the first
-- entry, so that it misses nothing, whenever its first consumer comes, and whoever made the stream.
local function announce(row, what)
  if not has_group() then
    redis.call('XGROUP', 'CREATE', CUSTOMERS, 'orders', '0', 'MKSTREAM')
  end
  redis.call('XADD', CUSTOMERS, 'MAXLEN', '~', 1000000, '*', 'account', row.id,
    'customer', row.customer or '', 'at', now, 'what', what)
end

-- Whatever makes an account a Customer comes through here: those who wait go on, and children
-- that were synced without this parent, because it came late, are looked at again.
local function link(row, customer, created)
  local first, before = not row.customer, row.customer
  if before and before ~= customer and redis.call('GET', owner_key(before)) == row.id then
    redis.call('DEL', owner_key(before))
  end
  redis.call('SET', owner_key(customer), row.id)
  write(row, {customer = customer})
  if row.customer ~= before then announce(row, created and 'created' or 'updated') end
  release(row)
  if first then
    for _, id in ipairs(redis.call('SMEMBERS', 'cw:late:' .. row.id)) do
      open(load(id), 'its parent ' .. row.id .. ' became a Customer')
    end
    redis.call('DEL', 'cw:late:' .. row.id)
  end
end
