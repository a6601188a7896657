// F: refreshes fail for 20 min, in the middle of a token's life of 15 min, then all is well again for as long. A request every 5 s.
// Argument: { adapter, fault }.
import { enterVirtualTime } from "../stub/virtual-time.js"
import { told } from "../run/told.js"

const { adapter, fault: kind } = told
const TTL_S = 900
const EVERY_S = 5
const FAULT_S = 1_200
const END_S = 2_400
/** So many refreshes in a minute are a loop: a request every 5 s is no reason for them. */
const LOOP_PER_MINUTE = 60
/** So many that nobody needs to see the rest. */
const ENOUGH = 1_000

const time = enterVirtualTime()
const { adapterOf } = await import("../adapters/adapter.js")
const { createProvider } = await import("../stub/provider.js")
const { faults } = await import("../stub/faults.js")
const { outcomeOf } = await import("../stub/outcome-of.js")
process.on("unhandledRejection", () => {}) // some contenders leave one behind for each refresh that fails

const fault = faults[kind]
const { create } = await adapterOf(adapter)
const provider = createProvider({ ttlS: TTL_S, graceMs: 30_000 })
const client = create({ fetch: provider.fetch })
await client.signIn(provider.login())
const start = time.now()
const secondsIn = () => (time.now() - start) / 1_000
provider.fail(fault)

const requests = []
for (let at = 0; at < END_S && provider.stats.refreshes < ENOUGH; at += EVERY_S) {
  if (at === FAULT_S && !fault.ends) provider.fail(null)
  const request = { at, outcome: "pending", tookS: Infinity }
  requests.push(request)
  void outcomeOf(client.request()).then((outcome) => Object.assign(request, { outcome, tookS: secondsIn() - request.at }))
  await time.settle()
  await time.advance(EVERY_S * 1_000)
}
if (provider.stats.refreshes < ENOUGH) await time.advance(60_000)

const refreshedAt = provider.stats.refreshedAt.map((at) => (at - start) / 1_000)
const during = refreshedAt.filter((at) => at < FAULT_S)
const whileValid = requests.filter(({ at }) => at < TTL_S)
const worst = Math.max(...whileValid.map(({ tookS }) => tookS))
console.log(
  JSON.stringify({
    verdict: verdict(),
    refreshes: during.length,
    retryAfterObeyed:
      fault.retryAfterS === undefined ? null : during.every((at, nth) => nth === 0 || at - during[nth - 1] >= fault.retryAfterS),
    longestWaitWhileValidS: worst === Infinity ? null : Math.round(worst * 10) / 10,
    waitsForeverWhileValid: worst === Infinity,
    failedWhileValid: whileValid.filter(({ outcome }) => outcome === "failed" || outcome === "unauthorized").length,
  }),
)
process.exit()

/** A login that the provider has ended is `ended`, whoever goes on asking. Who fails though he is still signed in is `stuck`. */
function verdict() {
  const busiest = Math.max(0, ...refreshedAt.map((from) => refreshedAt.filter((at) => at >= from && at < from + 60).length))
  if (busiest > LOOP_PER_MINUTE) return "loops"
  const { outcome } = requests.at(-1)
  if (outcome === "ok") return "kept"
  if (outcome === "pending" || client.isSignedIn?.()) return "stuck"
  return fault.ends ? "ended" : "lost"
}
