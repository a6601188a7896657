import { createSession } from "sessionchart"
import { menu } from "sessionchart/providers/menu"
import { startEmulator } from "sessionchart/testing/node"

const emulator = await startEmulator("menu") // stands for the provider and its API, on this machine
const session = createSession({ provider: menu(emulator.options), baseURL: emulator.url })
session.subscribe(() => console.log(session.getSnapshot().status))

await session.login(emulator.credentials)
console.log((await session.fetch("/resource")).status) // 200

emulator.revokeAccessToken() // the API now answers 401 …
console.log((await session.fetch("/resource")).status) // 200: refreshed once, and sent again

emulator.fail({ on: "refresh", with: 503, retryAfter: 1 })
await session.refresh().catch((error) => console.log(error.message)) // not now; still signed in
console.log(session.getSnapshot().authenticated) // true

console.table(session.trail()) // why am I here?
await session.logout()
session.stop()
await emulator.close()
