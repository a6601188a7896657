// Growth: so many requests in flight at once, µs each. Argument: { adapter, widths, ms }. The API answers in the event loop's next turn.
import { adapterOf } from "../adapters/adapter.js"
import { createProvider } from "../stub/provider.js"
import { median } from "../run/median.js"
import { told } from "../run/told.js"

const { adapter, widths, ms } = told

const { create } = await adapterOf(adapter)
const provider = createProvider()
const answer = new Response(null, { status: 200 })
let send = provider.fetch
const client = create({ fetch: (input, init) => send(input, init) })
await client.signIn(provider.login())
let turn = null
send = () =>
  (turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = null
      resolve(answer)
    })
  }))

const us = {}
await timesFor(ms, 100)
for (const width of widths) us[width] = median(await timesFor(ms, width))
await client.stop()
console.log(JSON.stringify({ us }))
process.exit()

async function timesFor(duration, width) {
  const times = []
  const end = performance.now() + duration
  do {
    const from = performance.now()
    await Promise.all(Array.from({ length: width }, () => client.request()))
    times.push(((performance.now() - from) * 1_000) / width)
  } while (performance.now() < end)
  return times
}
