import { Shop } from "../shop/shop.tsx"
import { Seen } from "../stage/seen.tsx"
import type { Stage } from "../stage/stage.ts"
import { RulesCard } from "./rules-card.tsx"
import "./provider-page.css"

/** The shop with its customers at one provider, and beside it the rules by which that provider goes. */
export function ProviderPage({ stage }: { readonly stage: Stage }) {
  const { session, emulator, provider, credentials } = stage
  return (
    <div className="page beside">
      <div className="column">
        <Shop session={session} credentials={credentials} comeIn={credentials ? undefined : () => stage.logIn(0)} />
        <Seen emulator={emulator} />
      </div>
      <div className="column">
        <p className="eyebrow">{provider.id}</p>
        <RulesCard rules={provider.rules} />
      </div>
    </div>
  )
}
