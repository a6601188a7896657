import { spawn, spawnSync } from "node:child_process"
import { connect } from "node:net"
import { setTimeout as pause } from "node:timers/promises"

export const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis() {
  const port = 20_000 + (process.pid % 20_000)
  const child = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], { stdio: "ignore" })
  const stop = () => void child.kill("SIGKILL")
  process.once("exit", stop)
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 100) throw new Error("redis-server does not answer")
    await pause(50)
  }
  return { url: `redis://127.0.0.1:${port}`, stop }
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.end()
      resolve(true)
    })
    socket.once("error", () => resolve(false))
  })
}
