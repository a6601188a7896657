// Where the bytes and µs are that sessionchart takes: of an idle session (D), and of a request on a dead token (B). Samples, by whose code is on
// top of the stack. Argument: { sessions, requests, storms }.
import { Session } from "node:inspector/promises"
import { create } from "../adapters/sessionchart.js"
import { partOf } from "../run/part-of.js"
import { createProvider } from "../stub/provider.js"
import { told } from "../run/told.js"

const { sessions, requests, storms } = told
const WARM_UP = 500
const HEAP_INTERVAL_BYTES = 512
const CPU_INTERVAL_US = 100

const inspector = new Session()
inspector.connect()
const kept = []

await begin(WARM_UP)
await inspector.post("HeapProfiler.startSampling", { samplingInterval: HEAP_INTERVAL_BYTES })
await begin(sessions)
await inspector.post("HeapProfiler.collectGarbage")
const heap = await inspector.post("HeapProfiler.stopSampling")
const bytes = byOwner(
  [heap.profile.head],
  (node) => node.children,
  (node) => node.selfSize / sessions,
)

await inspector.post("Profiler.enable")
await inspector.post("Profiler.setSamplingInterval", { interval: CPU_INTERVAL_US })
const us = await profiled(() => begin(sessions), sessions)

await storm(WARM_UP)
const stormUs = await profiled(async () => {
  for (let nth = 0; nth < storms; nth++) await storm(requests)
}, requests * storms)

console.log(JSON.stringify({ sessions, requests, idle: { bytes, us }, storm: { us: stormUs } }))
process.exit()

async function begin(many) {
  const provider = createProvider()
  for (let nth = 0; nth < many; nth++) {
    const client = create({ fetch: provider.fetch })
    await client.signIn(provider.login())
    kept.push(client)
  }
}

async function storm(width) {
  const provider = createProvider({ refreshMs: 20 })
  const client = create({ fetch: provider.fetch })
  await client.signIn(provider.login())
  provider.revokeAccessTokens()
  await Promise.all(Array.from({ length: width }, () => client.request()))
  await client.stop()
}

async function profiled(work, times) {
  await inspector.post("Profiler.start")
  await work()
  const { profile } = await inspector.post("Profiler.stop")
  const { nodes, samples, timeDeltas } = profile
  const ofId = new Map(nodes.map((node) => [node.id, node]))
  const took = new Map()
  samples.forEach((id, nth) => took.set(id, (took.get(id) ?? 0) + timeDeltas[nth]))
  return byOwner(
    [nodes[0]],
    ({ children = [] }) => children.map((id) => ofId.get(id)),
    ({ id }) => (took.get(id) ?? 0) / times,
  )
}

/** What each owner's code, and what it calls of the platform, comes to. */
function byOwner(nodes, childrenOf, valueOf, caller = "Node", sums = {}) {
  for (const node of nodes) {
    const owner = ownerOf(node.callFrame) ?? caller
    sums[owner] = (sums[owner] ?? 0) + valueOf(node)
    byOwner(childrenOf(node), childrenOf, valueOf, owner, sums)
  }
  return sums
}

/** Null: whoever called it. */
function ownerOf({ functionName, url }) {
  if (functionName === "(garbage collector)") return "garbage collection"
  if (functionName === "(idle)") return "nothing to do"
  return partOf(url) ?? (/bench\/(stub|cases|adapters)\//.test(url) ? "the bench" : null)
}
