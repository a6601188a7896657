import { LEASE_MS } from "../../core/store.ts"

/** How long a session is kept after its last grant or use where nobody knows how long it can be refreshed, ms. */
export const SLIDE_MS = 30 * 86_400_000

/** How long a record is kept beyond the moment from which nobody needs it, ms: a provider that is away is asked again for that long. */
const GRACE_MS = 3_600_000

/** How long a session stays in its user's index beyond its record, ms: that is written after it. */
const INDEX_GRACE_MS = 86_400_000

/** How long Redis remembers who ended a record, ms: whoever did, and heard no answer, asks again. */
const MEMORY_OF_END_MS = 60_000

/**
 * For how long after a refresh was sent whoever takes it over sends it again at once, ms: within the grace of providers that forgive that.
 * Later there is time to wait for its holder, who may have the answer; and where Redis was away, that is likely.
 */
const GRACE_OF_PROVIDERS_MS = 10_000

/** What every script begins with: what it was given, as pairs of names and values, and the time, which is Redis'. */
const BEGIN = `
local given, record = {}, {}
for i = 1, #ARGV, 2 do
  local field = string.match(ARGV[i], '^record%.(.+)$')
  if field then record[field] = ARGV[i + 1] else given[ARGV[i]] = ARGV[i + 1] end
end
local function text(number) return string.format('%.0f', number) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function reply(outcome, fields) return { outcome, text(now), fields or {} } end
-- A client may hold a command back until Redis is there again. Whoever gave it has given it up by then.
if given.notAfter and now > tonumber(given.notAfter) then return reply('late') end
`

/** What a script on a slot goes on with: what the slot holds. \`sid\` is nil where that is nothing that we can read. */
const LOOK = `${BEGIN}
local key = KEYS[1]
local function holding()
  local kind = redis.call('TYPE', key).ok
  if kind == 'hash' then return redis.call('HGETALL', key) end
  return kind == 'none' and {} or { 'v', kind }
end
local flat, found = holding(), {}
for i = 1, #flat, 2 do found[flat[i]] = flat[i + 1] end
local function areNumbers(...)
  for _, field in ipairs({ ... }) do
    if found[field] and not tonumber(found[field]) then return false end
  end
  return true
end
local sid
if found.v == '1' and found.body and found.generation and found.skewMs and found.startedAt and found.usedAt
  and areNumbers('generation', 'skewMs', 'startedAt', 'usedAt', 'expiresAt', 'sentAt', 'notBefore')
  and (not found.leaseHolder or tonumber(found.leaseUntil)) then
  sid = found.sid
end
local function isGeneration(generation) return tonumber(found.generation) == tonumber(generation) end
local function isLeased() return sid == given.sid and found.leaseHolder == given.holder end
local function tell(what) redis.call('PUBLISH', given.channel, what) end
local function keep(till) redis.call('PEXPIREAT', key, text(math.max(till, now + ${GRACE_MS}))) end
local function put()
  if redis.call('TYPE', key).ok ~= 'hash' then redis.call('DEL', key) end
  local fields = {}
  for field, value in pairs(record) do
    table.insert(fields, field)
    table.insert(fields, value)
  end
  redis.call('HSET', key, unpack(fields))
  for field in pairs(found) do
    if not record[field] then redis.call('HDEL', key, field) end
  end
  keep(record.keepUntil and record.keepUntil + ${GRACE_MS} or now + ${SLIDE_MS})
end
`

/**
 * The steps of the protocol, each of which Redis runs as a whole, on one key. They say the same as core/slot-steps.ts, on fields of a
 * hash: a field that is null is not there. Numbers stay the texts that they came as.
 *
 * Notices are told first: where that is not allowed, nothing is written.
 */
export const scripts = {
  read: `${LOOK}
return reply('read', flat)`,

  create: `${LOOK}
if given.insteadOf and given.insteadOf ~= (sid or '') then return reply('no', flat) end
tell(given.notice)
put()
return reply('yes', flat)`,

  acquire: `${LOOK}
if sid ~= given.sid then return reply('gone', flat) end
local isUsable = not found.expiresAt or now < found.expiresAt - found.skewMs
if tonumber(found.generation) > tonumber(given.seenGeneration) and isUsable then return reply('fresh', flat) end
local other = found.leaseHolder
if other and other ~= given.holder and now < tonumber(found.leaseUntil) and other .. ' ' .. found.leaseUntil ~= given.runOut then
  return reply('busy', flat)
end
redis.call('HSET', key, 'leaseHolder', given.holder, 'leaseUntil', text(now + ${LEASE_MS}))
local fields = holding()
local mayBeStored = found.sentAt and (given.wasAway or now > found.sentAt + ${GRACE_OF_PROVIDERS_MS})
if mayBeStored and other and other ~= given.holder then
  table.insert(fields, 'takenFrom')
  table.insert(fields, other)
end
return reply('leased', fields)`,

  markSent: `${LOOK}
if not isLeased() or not isGeneration(given.generation) then return reply('no') end
redis.call('HSET', key, 'sentAt', found.sentAt or text(now), 'leaseUntil', text(now + ${LEASE_MS}))
return reply('yes')`,

  clearSent: `${LOOK}
if isLeased() and isGeneration(given.generation) then redis.call('HDEL', key, 'sentAt') end
return reply('done')`,

  renew: `${LOOK}
if not isLeased() then return reply('no') end
redis.call('HSET', key, 'leaseUntil', text(now + ${LEASE_MS}))
return reply('yes')`,

  commit: `${LOOK}
if sid ~= given.sid then return reply('gone') end
if not isGeneration(given.spentGeneration) then return reply('stale') end
-- Not what a process thinks whose clock was set meanwhile.
record.startedAt = found.startedAt
if tonumber(found.usedAt) > tonumber(record.usedAt) then record.usedAt = found.usedAt end
tell(given.notice)
put()
return reply('committed')`,

  release: `${LOOK}
if isLeased() then
  tell(given.notice)
  redis.call('HDEL', key, 'leaseHolder', 'leaseUntil')
  if given.notBefore then redis.call('HSET', key, 'notBefore', given.notBefore) end
end
return reply('done')`,

  noteUse: `${LOOK}
if sid ~= given.sid or tonumber(found.usedAt) >= tonumber(given.at) then return reply('no') end
tell(given.notice)
redis.call('HSET', key, 'usedAt', given.at)
if found.keepUntil then return reply('yes') end
keep(now + ${SLIDE_MS})
return reply('slid', { 'userKey', found.userKey or '' })`,

  end: `${LOOK}
if sid ~= given.sid then
  return reply(found.ended == given.sid and found.by == given.holder and 'again' or 'gone', flat)
end
if given.generation and not isGeneration(given.generation) then return reply('stale', flat) end
redis.call('DEL', key)
redis.call('HSET', key, 'ended', sid, 'by', given.holder)
redis.call('PEXPIRE', key, ${MEMORY_OF_END_MS})
tell(given.notice)
return reply('ended', flat)`,

  /** Adds a session to those of its user, or keeps it there for longer; what is long gone is dropped. */
  addToUser: `${BEGIN}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
local till = math.max(given.keepUntil and given.keepUntil + ${GRACE_MS} or now + ${SLIDE_MS}, now + ${GRACE_MS}) + ${INDEX_GRACE_MS}
local before = tonumber(redis.call('ZSCORE', KEYS[1], given.member) or 0)
redis.call('ZADD', KEYS[1], text(math.max(till, before)), given.member)
redis.call('PEXPIREAT', KEYS[1], text(tonumber(redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])))
return reply('done')`,

  dropFromUser: `${BEGIN}
redis.call('ZREM', KEYS[1], given.member)
return reply('done')`,

  listOfUser: `${BEGIN}
return reply('done', redis.call('ZRANGEBYSCORE', KEYS[1], text(now), '+inf'))`,
} as const

export type ScriptName = keyof typeof scripts
