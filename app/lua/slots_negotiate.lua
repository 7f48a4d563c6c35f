-- A process says how many slots it keeps (held) and could use (demand), and how its calls stand
-- (busy, waiting) -> what it holds now (granted), and what is its due (share). What is in flight
-- stays held, so nothing is taken away here: a process above its share gives back by itself, and
-- says so with its next call. `number` counts up: a call that was overtaken, or comes twice because
-- its answer was lost, changes nothing.

local processes = living()
local mine = processes[input.process]
if mine and input.number <= mine.number then
  mine = {granted = mine.granted, demand = mine.demand}
else
  mine = {
    granted = input.held, demand = input.demand, busy = input.busy, waiting = input.waiting,
    number = input.number, ends = now + input.lease_ms,
  }
end
processes[input.process] = mine
local limit = allowed()
local share = shares(processes, limit, input.rotation_ms)[input.process]
if mine.number then
  local free = limit - granted(processes)
  mine.granted = mine.granted + math.max(0, math.min(share - mine.granted, free))
  if mine.granted == 0 and mine.demand == 0 then
    redis.call('HDEL', SLOTS, input.process)
  else
    redis.call('HSET', SLOTS, input.process, cjson.encode(mine))
  end
end
return cjson.encode({
  granted = mine.granted, share = share, rest_ms = left('rests_until'), refused_ago = refused_ago(),
})
