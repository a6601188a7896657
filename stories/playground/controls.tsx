import { useSession } from "sessionchart/react"
import { useState } from "react"
import { network } from "../network.ts"
import { useOnline } from "../shop/use-online.ts"
import type { Stage } from "../stage/stage.ts"

/** So often that nobody sees the end of it. */
const ALWAYS = 1e6
const SECOND_MS = 1_000
const DAY_MS = 86_400_000

/** Buttons for what happens to sessions. */
export function Controls({ stage }: { readonly stage: Stage }) {
  const { session, emulator } = stage
  const { authenticated, expiresAt, endsAt } = useSession()
  const isOnline = useOnline()
  const [isSuspended, setSuspended] = useState(false)
  const [isDown, setDown] = useState(false)

  const jumpTo = (moment: number | null) => () => void stage.jump((moment ?? 0) - stage.clock.now())
  const refresh = () => void session.refresh().catch(() => {}) // whatever goes wrong is in the snapshot

  function suspend() {
    void emulator.order({ do: isSuspended ? "reactivateUser" : "suspendUser" })
    setSuspended(!isSuspended)
  }

  function fail() {
    void emulator.order(isDown ? { do: "heal" } : { do: "fail", on: "refresh", with: 503, times: ALWAYS })
    setDown(!isDown)
  }

  return (
    <section className="card controls" aria-label="What may happen">
      <fieldset>
        <legend>Time</legend>
        <button onClick={() => void stage.jump(10 * SECOND_MS)}>10 s later</button>
        <button onClick={() => void stage.jump(DAY_MS)}>A day later</button>
        <button disabled={expiresAt === null} onClick={jumpTo(expiresAt)}>
          Expire the token
        </button>
        <button disabled={endsAt === null} onClick={jumpTo(endsAt && endsAt - 42 * SECOND_MS)}>
          Last 42 s
        </button>
      </fieldset>
      <fieldset>
        <legend>At the provider</legend>
        <button onClick={() => void emulator.order({ do: "revokeAccessToken" })}>Revoke the token</button>
        <button onClick={() => void emulator.order({ do: "revokeSession" })}>Revoke the session</button>
        <button aria-pressed={isSuspended} onClick={suspend}>
          Suspend the account
        </button>
        <button aria-pressed={isDown} onClick={fail}>
          Fail with 503
        </button>
        <button onClick={() => void emulator.order({ do: "fail", on: "refresh", with: "lost", times: 1 })}>Drop the answer</button>
      </fieldset>
      <fieldset>
        <legend>In the browser</legend>
        <button aria-pressed={!isOnline} onClick={isOnline ? network.disconnect : network.reconnect}>
          Go offline
        </button>
        <button disabled={!authenticated} onClick={refresh}>
          Refresh
        </button>
        <button onClick={() => session.touch()}>Use the session</button>
        <button onClick={() => void stage.logIn(1).catch(() => {})}>Log in as Grace</button>
      </fieldset>
    </section>
  )
}
