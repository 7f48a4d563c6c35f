-- What the governor's scripts share. A process asks for a NUMBER of NetSuite's slots and lends them
-- to its own calls; never more are granted together than are allowed. ARGV[1] is JSON: configured (for
-- all processes together) and the script's own arguments. Times are milliseconds of the server's
-- clock.
--   cw:netsuite:slots  hash: process -> JSON of granted, demand, busy, waiting, number, ends
--   cw:netsuite:limit  hash: allowed, as it was at refused_at; creep_ms; lowered_at; rests_until;
--                      refusals

local input = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local SLOTS, LIMIT = 'cw:netsuite:slots', 'cw:netsuite:limit'

-- Who has not let its lease run out.
local function living()
  local found, flat = {}, redis.call('HGETALL', SLOTS)
  for i = 1, #flat, 2 do
    local process = cjson.decode(flat[i + 1])
    if process.ends > now then
      found[flat[i]] = process
    else
      redis.call('HDEL', SLOTS, flat[i])
    end
  end
  return found
end

local function granted(processes)
  local sum = 0
  for _, process in pairs(processes) do sum = sum + process.granted end
  return sum
end

-- Without a refusal one slot more after creep_ms, then two, then three: the longer, the surer.
local function allowed()
  local known = redis.call('HMGET', LIMIT, 'allowed', 'refused_at', 'creep_ms')
  if not known[1] then return input.configured end
  local steps = math.floor(math.max(0, now - known[2]) / known[3])
  return math.min(input.configured, known[1] + steps * (steps + 1) / 2)
end

local function left(name)
  local stamp = redis.call('HGET', LIMIT, name)
  return stamp and math.max(0, stamp - now) or 0
end

-- How long ago NetSuite refused a request for their number; -1: never.
local function refused_ago()
  local stamp = redis.call('HGET', LIMIT, 'refused_at')
  return stamp and math.max(0, now - stamp) or -1
end

-- Max-min fair: one after the other gets one slot more until nobody wants more, or none is left.
-- Where there are fewer slots than processes, whose turn it is goes by time.
local function shares(processes, limit, rotation_ms)
  local names, share = {}, {}
  for name, process in pairs(processes) do
    share[name] = 0
    if process.demand > 0 then names[#names + 1] = name end
  end
  table.sort(names)
  local first = 0
  if #names > limit then first = math.floor(now / rotation_ms) * limit % #names end
  local rest, gave = limit, true
  while rest > 0 and gave do
    gave = false
    for i = 0, #names - 1 do
      local name = names[(first + i) % #names + 1]
      if rest > 0 and share[name] < processes[name].demand then
        share[name], rest, gave = share[name] + 1, rest - 1, true
      end
    end
  end
  return share
end
