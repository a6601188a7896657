import { SessionInspector } from "sessionchart/inspector"
import { SessionProvider } from "sessionchart/react"
import { Shop } from "../shop/shop.tsx"
import { Seen } from "../stage/seen.tsx"
import type { Stage } from "../stage/stage.ts"
import { Controls } from "./controls.tsx"
import { Facts } from "./facts.tsx"
import "./playground.css"

/** A shop, whatever may happen to its session, and a look inside. */
export function Playground({ stage }: { readonly stage: Stage }) {
  const { session, emulator, credentials } = stage
  return (
    <SessionProvider session={session}>
      <div className="page playground">
        <Shop session={session} credentials={credentials} comeIn={credentials ? undefined : () => stage.logIn(0)} />
        <div className="column">
          <p className="eyebrow">What may happen</p>
          <Controls stage={stage} />
        </div>
        <div className="column inside">
          <p className="eyebrow">A look inside</p>
          <Facts stage={stage} />
          <Seen emulator={emulator} />
        </div>
        <aside className="inspected">
          <SessionInspector session={session} />
        </aside>
      </div>
    </SessionProvider>
  )
}
