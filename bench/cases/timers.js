// D: timers of the platform that wait while so many sessions are idle, whether or not they hold the process. Argument: { adapter, sessions }.
import { told } from "../run/told.js"

const { adapter, sessions } = told
const waiting = new Set()
const { setTimeout: once, setInterval: again, clearTimeout: cancel } = globalThis

// Before the contender is loaded: it may keep what it finds.
globalThis.setTimeout = (callback, ms, ...given) => {
  const handle = once(
    (...back) => {
      waiting.delete(handle)
      callback(...back)
    },
    ms,
    ...given,
  )
  waiting.add(handle)
  return handle
}
globalThis.setInterval = (...given) => {
  const handle = again(...given)
  waiting.add(handle)
  return handle
}
globalThis.clearTimeout = globalThis.clearInterval = (handle) => {
  waiting.delete(handle)
  cancel(handle)
}

const { adapterOf } = await import("../adapters/adapter.js")
const { createProvider } = await import("../stub/provider.js")
const { create } = await adapterOf(adapter)
const provider = createProvider()
const clients = []
for (let nth = 0; nth < sessions; nth++) {
  const client = create({ fetch: provider.fetch })
  await client.signIn(provider.login())
  clients.push(client)
}
await new Promise((resolve) => once(resolve, 100))
console.log(JSON.stringify({ timers: waiting.size, of: clients.length }))
process.exit()
