import { createSession } from "../../src/session.ts"
import { vault } from "../../src/providers/vault.ts"
import { createEmulator, manualClock } from "../../src/testing/index.ts"

/** A state that a chart has entered, or a message between the app, the session and the provider. */
export type Step = {
  /** Ms since the lead time began. */
  readonly at: number
} & (Entered | Sent)

export interface Entered {
  readonly is: "state"
  readonly chart: "session" | "refresh"
  readonly state: string
}

export interface Sent {
  readonly is: "message"
  readonly from: Party
  readonly to: Party
  readonly says: string
}

export type Party = "app" | "session" | "refresh" | "provider"

/**
 * A refresh as it happens: an app uses a session in its lead time, the provider answers 503 at first, and a second request goes out at once.
 * Nothing of it is written by hand but who sends and who is asked.
 */
export async function recordedRefresh(): Promise<Step[]> {
  const clock = manualClock()
  const leadTime = clock.now() + LIFETIME_MS - LEAD_MS
  const emulator = createEmulator("vault", { clock, accessTokenTtlS: 900 })
  const steps: Step[] = []
  let seen = 0
  const sees = () => {
    const trail = session.trail()
    for (const { at, chart, to } of trail.slice(seen)) note(at, { is: "state", chart, state: shortened(to) })
    seen = trail.length
  }
  const says = (from: Party, to: Party, text: string) => {
    sees()
    note(clock.now(), { is: "message", from, to, says: text })
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    const who = pathname === "/resource" ? "app" : "refresh"
    says(who, "provider", `${request.method} ${pathname}`)
    const response = await emulator.fetch(request)
    const retryAfter = response.headers.get("retry-after")
    says("provider", who, `${response.status}${retryAfter === null ? "" : `, Retry-After: ${retryAfter}`}`)
    return response
  }
  const session = createSession({ provider: vault(emulator.options), baseURL: emulator.url, clock, fetch })
  await session.accept(await emulator.mint())
  await clock.advance(leadTime - clock.now())
  emulator.fail({ on: "refresh", with: 503, retryAfter: 2 })
  await session.fetch("/resource")
  await clock.settle()
  await clock.advance(1_000)
  await session.fetch("/resource")
  await clock.advance(1_000)
  sees()
  session.stop()
  return steps.filter(({ at }) => at >= 0)

  function note(at: number, step: Entered | Sent): void {
    steps.push({ at: at - leadTime, ...step })
  }
}

/** Without the outer states that the others tell anyway. */
function shortened(states: string): string {
  return states.replace(/^refreshing\.attempt\.(\w+) refreshing\.credential\.(\w+)$/, "refreshing: $1, $2")
}

const LIFETIME_MS = 900_000
const LEAD_MS = 60_000
