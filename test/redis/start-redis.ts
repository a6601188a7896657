import { spawn } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs"
import { connect, createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

/** Where a test finds Redis. */
export interface RedisAt {
  readonly url: string
  stop(): Promise<void>
}

/** A server of the test's own, which it may kill. */
export interface RedisServer extends RedisAt {
  readonly port: number
  /** Starts it again, where it was; with what it held, if it persists. */
  start(): Promise<void>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** It keeps its connections and answers nobody. */
  freeze(): void
  thaw(): void
}

const { REDIS_URL, PATH = "" } = process.env
const redisServer = PATH.split(delimiter)
  .map((folder) => join(folder, "redis-server"))
  .find(isExecutable)

/** Whether there is a Redis to test on. */
export const hasRedis = redisServer !== undefined || !!REDIS_URL

/** Whether there is one that may be killed. */
export const hasRedisServer = redisServer !== undefined

// Here, so that no file that skips for want of a Redis can do so silently.
if (!hasRedisServer) {
  const skipped = hasRedis ? "that stop Redis, or freeze it, are" : "with Redis are"
  console.warn(
    `\n!!! NO redis-server FOUND: the tests of this file ${skipped} SKIPPED. Install redis-server${hasRedis ? "" : ", or set REDIS_URL"}. !!!\n`,
  )
}

/** The Redis that `REDIS_URL` names, or one that is started for this. */
export async function findRedis(): Promise<RedisAt> {
  return REDIS_URL ? { url: REDIS_URL, stop: async () => {} } : startRedis()
}

/** Starts a `redis-server` on a free port of this machine, in an empty folder. */
export async function startRedis({
  persists = false,
  more = [],
}: { persists?: boolean; more?: readonly string[] } = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "sessionchart-redis-"))
  const port = await freePort()
  const given = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--loglevel", "warning"]
  given.push(...(persists ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"]), ...more)
  let running: Guarded | null = null

  async function start(): Promise<void> {
    running = await guarded(redisServer!, given)
    while (!(await isOpen(port))) await sleep(10)
  }

  async function kill(): Promise<void> {
    const dying = running
    running = null
    await dying?.end()
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill,
    freeze: () => process.kill(running!.pid, "SIGSTOP"),
    thaw: () => process.kill(running!.pid, "SIGCONT"),
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Guarded {
  readonly pid: number
  /** Kills it, and resolves when it is dead. */
  end(): Promise<void>
}

/** Starts a program that does not outlive us, however we end: a shell kills it as soon as we say no more. */
function guarded(program: string, given: readonly string[]): Promise<Guarded> {
  const script = '"$0" "$@" >/dev/null & echo $!; cat; kill -9 $!; wait'
  const shell = spawn("sh", ["-c", script, program, ...given], { stdio: ["pipe", "pipe", "ignore"] })
  const ended = new Promise<void>((resolve) => shell.once("exit", () => resolve()))
  return new Promise((resolve, reject) => {
    shell.once("error", reject)
    shell.stdout.once("data", (said) => {
      resolve({
        pid: Number(said),
        end() {
          shell.stdin.end()
          return ended
        },
      })
    })
  })
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Whether it answers: a server that loads its data listens, and says that it is not ready. */
function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  return new Promise((resolve) => {
    socket.once("error", () => resolve(false))
    socket.once("data", (answer) => {
      socket.destroy()
      resolve(answer.toString().startsWith("+PONG"))
    })
    socket.write("PING\r\n")
  })
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
