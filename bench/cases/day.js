// C: a day of use with tokens that live 15 min, a request a minute. Argument: { adapter, aheadMs, hours }.
import { enterVirtualTime } from "../stub/virtual-time.js"
import { told } from "../run/told.js"

const { adapter, aheadMs, hours } = told
const EVERY_MS = 60_000

// Before the contender is loaded: it may keep what it finds.
const time = enterVirtualTime()
const { adapterOf } = await import("../adapters/adapter.js")
const { createProvider } = await import("../stub/provider.js")
const { outcomeOf } = await import("../stub/outcome-of.js")

const { create } = await adapterOf(adapter)
const provider = createProvider({ aheadMs })
const client = create({ fetch: provider.fetch })
await client.signIn(provider.login())
await time.settle()

const outcomes = []
for (let minute = 0; minute < hours * 60; minute++) {
  void outcomeOf(client.request()).then((outcome) => outcomes.push(outcome))
  await time.settle()
  await time.advance(EVERY_MS)
}
await time.advance(30_000)
const { refreshes, reused, unauthorized } = provider.stats
const asked = hours * 60
console.log(
  JSON.stringify({
    refreshes,
    reused,
    unauthorized,
    failed: asked - outcomes.filter((outcome) => outcome === "ok").length,
    requests: asked,
  }),
)
process.exit()
