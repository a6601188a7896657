import { useSession } from "sessionchart/react"
import { useEffect, useState } from "react"
import type { Clock } from "sessionchart"
import { nameOf } from "../shop/name-of.ts"
import type { Stage } from "../stage/stage.ts"
import { spanOf } from "./span-of.ts"

/** The snapshot, in words. */
export function Facts({ stage: { clock, provider } }: { readonly stage: Stage }) {
  const { status, authenticated, usable, user, generation, expiresAt, endsAt } = useSession()
  const now = useSecondHand(clock)
  const until = (moment: number | null) => (moment === null ? "not known" : moment <= now ? "over" : `in ${spanOf(moment - now)}`)
  return (
    <section className="card" aria-labelledby="facts-title">
      <h2 id="facts-title">The session now</h2>
      <dl className="facts">
        <Fact name="Provider">{provider.id}</Fact>
        <Fact name="Status">{status}</Fact>
        <Fact name="User">{authenticated ? nameOf(user) : "nobody"}</Fact>
        <Fact name="Requests">{authenticated ? (usable ? "go out at once" : "wait for a refresh") : "fail"}</Fact>
        <Fact name="Grant">{generation === null ? "none" : `number ${generation}`}</Fact>
        <Fact name="Access token ends">{authenticated ? until(expiresAt) : "–"}</Fact>
        <Fact name="Session ends">{authenticated ? until(endsAt) : "–"}</Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The time on a clock, looked at often enough for seconds. */
function useSecondHand(clock: Clock): number {
  const [now, setNow] = useState(() => clock.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), 250)
    return () => clearInterval(timer)
  }, [clock])
  return now
}
