// Growth: processes that hold the same sessions in one Redis, and all refresh them at the same moment. Argument: { processes, sessions, rounds }.
import { fork } from "node:child_process"
import { createProvider } from "../stub/provider.js"
import { hasRedisServer, startRedis } from "../stub/redis-server.js"
import { serve } from "../stub/serve.js"
import { median } from "../run/median.js"
import { told } from "../run/told.js"

const { processes, sessions, rounds } = told

if (!hasRedisServer) {
  console.log(JSON.stringify({ missing: "there is no redis-server on this machine" }))
  process.exit()
}
const redis = await startRedis()
const provider = createProvider({ refreshMs: 20 })
const server = await serve(provider)
const holders = []
for (let nth = 0; nth < processes; nth++) holders.push(await holder(nth === 0))

const times = []
let tooMany = 0
for (let round = 0; round <= rounds; round++) {
  const { refreshes } = provider.stats
  const from = performance.now()
  await Promise.all(holders.map((each) => each.ask("refresh")))
  times.push((performance.now() - from) / sessions)
  tooMany += provider.stats.refreshes - refreshes - sessions
}
for (const { child } of holders) child.kill("SIGKILL")
redis.stop()
server.close()
console.log(JSON.stringify({ msPerSession: median(times.slice(1)), refreshesTooMany: tooMany, reused: provider.stats.reused }))
process.exit()

async function holder(isFirst) {
  const grants = isFirst ? Array.from({ length: sessions }, () => provider.login()) : null
  const child = fork(new URL("processes/holder.js", import.meta.url), [
    JSON.stringify({ redis: redis.url, server: server.url, sessions, grants }),
  ])
  const said = () => new Promise((resolve) => child.once("message", resolve))
  await said()
  return {
    child,
    ask(what) {
      child.send(what)
      return said()
    },
  }
}
