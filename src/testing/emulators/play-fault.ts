import type { Fault } from "../emulator.types.ts"
import type { Outcome, Reply } from "./emulation.types.ts"
import { headersOf, htmlPage, textOf } from "./reply.ts"

/** What a fault may do with the request it hits. */
export interface Stage {
  /** Unread, for a fault's own function. */
  readonly request: Request
  readonly signal: AbortSignal
  readonly carryOut: () => Promise<Reply>
  /** The provider's own words for a status. */
  failure(status: number): Reply
  readonly respond: (reply: Reply) => Response
  track<T>(work: Promise<T>): Promise<T>
  hang(): Promise<never>
}

/** Answers a request the wrong way; `died` when the connection did. */
export async function playFault(fault: Fault, stage: Stage): Promise<Outcome | { died: "network" | "lost" }> {
  const wanted = fault.with
  if (typeof wanted === "function") {
    const answer = () => stage.track(stage.carryOut().then(stage.respond))
    return { pending: (async () => wanted(stage.request, answer))() }
  }
  const processed = fault.processed ?? (wanted === "lost" || wanted === "truncated")
  const good = processed ? await stage.carryOut() : undefined
  const respond = (reply: Reply): Outcome => ({ response: stage.respond(withRetryAfter(reply, fault)) })

  if (typeof wanted === "number") return respond(stage.failure(wanted))
  if (typeof wanted === "object") {
    if (wanted.html === true) return respond(htmlPage(wanted.status))
    return respond(wanted.body === undefined ? stage.failure(wanted.status) : wanted)
  }
  switch (wanted) {
    case "network":
    case "lost":
      return { died: wanted }
    case "hang":
      return { pending: stage.hang() }
    case "hang-body":
      return respondForEver(stage, good)
    case "garbage":
      return respond({ status: 200, headers: { "content-type": "application/json" }, body: "]} no JSON {[" })
    case "html":
      return respond(htmlPage(200))
    case "empty":
      return respond({ status: 200 })
    case "truncated":
      return respond(cutInHalf(good ?? anyObject))
  }
}

const anyObject: Reply = { status: 200, body: { message: "" } }

function withRetryAfter(reply: Reply, { retryAfter }: Fault): Reply {
  return retryAfter === undefined ? reply : { ...reply, headers: { ...reply.headers, "retry-after": String(retryAfter) } }
}

function cutInHalf(reply: Reply): Reply {
  const text = textOf(reply)
  return { ...reply, headers: headersOf(reply), body: text.slice(0, Math.floor(text.length / 2)) }
}

/** Headers at once, the first half of a body, and then nothing until the caller gives up. */
function respondForEver(stage: Stage, good: Reply | undefined): Outcome {
  const beginning = cutInHalf(good ?? anyObject)
  const { status, headers } = stage.respond(beginning)
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(textOf(beginning)))
      const abort = () => controller.error(stage.signal.reason)
      if (stage.signal.aborted) abort()
      else stage.signal.addEventListener("abort", abort, { once: true })
    },
  })
  return { response: new Response(body, { status, headers }) }
}
