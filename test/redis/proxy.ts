import { connect, createServer, type AddressInfo, type Socket } from "node:net"
import { whenOver } from "./closing.ts"

/** A way to Redis that a test can block. */
export interface Proxy {
  readonly url: string
  /** How many connections there are. */
  readonly open: number
  /** Closes all connections, and lets nobody in. */
  shut(): void
  letIn(): Promise<void>
  /** Closes all connections, and each that comes until {@link takeIn}: they are counted. */
  turnAway(): void
  takeIn(): void
  /** How many connections there have been. */
  readonly opened: number
  /** Keeps the connections that listen and passes nothing on over them any more; new ones work. */
  stallListeners(): void
  /** Passes the next request with a text in it on, and closes the connection instead of passing the answer on. */
  loseAnswerTo(text: string): void
}

export async function proxyTo(port: number): Promise<Proxy> {
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket; listens: boolean; isStalled: boolean }>()
  let lost: string | null = null
  let opened = 0
  let turnsAway = false
  const server = createServer((near) => {
    opened += 1
    if (turnsAway) return near.on("error", () => {}).destroy()
    const far = connect(port, "127.0.0.1")
    const pair = { near, far, listens: false, isStalled: false }
    let losesAnswer = false
    pairs.add(pair)
    near.on("data", (asked) => {
      pair.listens ||= /subscribe/i.test(asked.toString())
      if (lost !== null && asked.includes(lost)) {
        losesAnswer = true
        lost = null
      }
      if (!pair.isStalled) far.write(asked)
    })
    far.on("data", (answered) => {
      if (losesAnswer) return near.destroy()
      if (!pair.isStalled) near.write(answered)
    })
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on("error", end).on("close", end)
  })
  const listen = (at: number) => new Promise<void>((listening) => server.listen(at, "127.0.0.1", listening))
  await listen(0)
  const { port: ownPort } = server.address() as AddressInfo
  const closeAll = () => {
    for (const { near } of pairs) near.destroy()
  }
  const shut = () => {
    server.close()
    closeAll()
  }
  whenOver(shut)
  return {
    url: `redis://127.0.0.1:${ownPort}`,
    get open() {
      return pairs.size
    },
    shut,
    letIn: () => listen(ownPort),
    turnAway() {
      turnsAway = true
      closeAll()
    },
    takeIn() {
      turnsAway = false
    },
    get opened() {
      return opened
    },
    stallListeners() {
      for (const pair of pairs) pair.isStalled = pair.listens
    },
    loseAnswerTo(text) {
      lost = text
    },
  }
}
