// B: requests that find their access token revoked, all at once. A turn is a storm. Argument: { adapter, requests, late }.
// `late`: every second 401 is under way until the refresh is long over.
import { adapterOf } from "../adapters/adapter.js"
import { createProvider } from "../stub/provider.js"
import { outcomeOf } from "../stub/outcome-of.js"
import { takeTurns } from "../run/take-turns.js"
import { told } from "../run/told.js"

const { adapter, requests, late } = told
const LATE_MS = 120
const PATIENCE_MS = 10_000
const WARM_UP = 5

const { create } = await adapterOf(adapter)
for (let nth = 0; nth < WARM_UP; nth++) await storm(Math.min(requests, 500))
takeTurns(() => storm(requests))

async function storm(width) {
  const provider = createProvider({ refreshMs: 20 })
  const client = create({ fetch: provider.fetch })
  await client.signIn(provider.login())
  provider.revokeAccessTokens()
  if (late) provider.answerAfter((nth) => (nth < width && nth % 2 === 1 ? LATE_MS : 0))
  globalThis.gc()
  const from = performance.now()
  const outcomes = await withPatience(Array.from({ length: width }, () => outcomeOf(client.request())))
  const ms = performance.now() - from
  const { refreshes, reused } = provider.stats
  const keeps = (await withPatience([outcomeOf(client.request())]))[0] === "ok"
  await client.stop()
  return { succeeded: outcomes.filter((outcome) => outcome === "ok").length, refreshes, reused, keepsLogin: keeps, ms }
}

function withPatience(outcomes) {
  let timer
  const patience = new Promise((resolve) => {
    timer = setTimeout(() => resolve("pending"), PATIENCE_MS)
  })
  return Promise.all(outcomes.map((outcome) => Promise.race([outcome, patience]))).finally(() => clearTimeout(timer))
}
