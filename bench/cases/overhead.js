// A: what a client adds to a request, µs. Argument: { adapter, stub: "free" | "real", ms: how long each way is measured in a turn }.
import { adapterOf } from "../adapters/adapter.js"
import { answering } from "../stub/answering.js"
import { createProvider } from "../stub/provider.js"
import { median } from "../run/median.js"
import { takeTurns } from "../run/take-turns.js"
import { told } from "../run/told.js"

const { adapter, stub, ms } = told
const WAYS = { sequential: 1, parallel: 100 }
const BATCH = 1_000
const WARM_UP_MS = 300

const { create } = await adapterOf(adapter)
const provider = createProvider()
// The login is the provider's, everything after it the stub's.
let answer = provider.fetch
const client = create({ fetch: (input, init) => answer(input, init) })
await client.signIn(provider.login())
answer = answering[stub]

for (const width of Object.values(WAYS)) await timesFor(WARM_UP_MS, width)
takeTurns(async () => {
  const result = {}
  for (const [way, width] of Object.entries(WAYS)) {
    globalThis.gc()
    result[way] = median(await timesFor(ms, width))
  }
  return result
})

/** µs per request, of one batch after the other. */
async function timesFor(duration, width) {
  const times = []
  const end = performance.now() + duration
  do {
    const from = performance.now()
    for (let sent = 0; sent < BATCH; sent += width) {
      if (width === 1) await client.request()
      else await Promise.all(Array.from({ length: width }, () => client.request()))
    }
    times.push(((performance.now() - from) * 1_000) / BATCH)
  } while (performance.now() < end)
  return times
}
