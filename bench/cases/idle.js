// D: what an idle, logged-in session costs. Argument: { adapter, sessions }.
import { adapterOf } from "../adapters/adapter.js"
import { createProvider } from "../stub/provider.js"
import { told } from "../run/told.js"

const { adapter, sessions } = told
const WARM_UP = 500

const { create } = await adapterOf(adapter)
const provider = createProvider()
const grants = Array.from({ length: WARM_UP + sessions }, () => provider.login())
const fetch = provider.fetch

for (const client of await signIn(grants.splice(0, WARM_UP))) await client.stop()
await settle()
const before = await heap()
const from = performance.now()
const clients = await signIn(grants)
const us = ((performance.now() - from) * 1_000) / sessions
await settle()
const bytes = ((await heap()) - before) / clients.length
console.log(JSON.stringify({ bytes, us }))
process.exit()

async function signIn(given) {
  const made = []
  for (const grant of given) {
    const client = create({ fetch })
    await client.signIn(grant)
    made.push(client)
  }
  return made
}

async function heap() {
  for (let time = 0; time < 3; time++) {
    globalThis.gc()
    await settle()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function settle() {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
