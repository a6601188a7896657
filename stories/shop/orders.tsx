import { useState } from "react"
import { useSession } from "sessionchart/react"

export interface OrdersProps {
  /** Where the orders are. */
  readonly orders: string
}

type Shelf = { readonly is: "closed" | "loading" | "open" } | { readonly is: "stuck"; readonly why: string }

/** Orders behind `session.fetch`: it waits for a refresh where it must, and answers a 401 with one refresh and one replay. */
export function Orders({ orders }: OrdersProps) {
  const fetch = useSession((session) => session.fetch)
  const [shelf, setShelf] = useState<Shelf>({ is: "closed" })

  async function load() {
    setShelf({ is: "loading" })
    try {
      const { ok, status } = await fetch(orders)
      setShelf(ok ? { is: "open" } : { is: "stuck", why: `The shop answered ${status}.` })
    } catch (error) {
      setShelf({ is: "stuck", why: (error as Error).message })
    }
  }

  return (
    <section className="orders" aria-labelledby="orders-title">
      <div className="row between">
        <h2 id="orders-title">Your orders</h2>
        <button onClick={() => void load()} disabled={shelf.is === "loading"}>
          {shelf.is === "open" ? "Load again" : "Load orders"}
        </button>
      </div>
      <div aria-live="polite">
        {shelf.is === "closed" && <p className="soft">Not loaded yet.</p>}
        {shelf.is === "loading" && <p className="soft">Loading …</p>}
        {shelf.is === "stuck" && <p className="soft">{shelf.why}</p>}
        {shelf.is === "open" && (
          <ul>
            <li>
              <span>To the Lighthouse</span> <span className="soft">on its way</span>
            </li>
            <li>
              <span>The Sea, the Sea</span> <span className="soft">delivered</span>
            </li>
          </ul>
        )}
      </div>
    </section>
  )
}
