import { StrictMode, useEffect, useState } from "react"
import { createRoot } from "react-dom/client"
import { SessionProvider, useSession } from "../../src/react/index.ts"
import { session } from "./app.ts"

/** The app of `app.ts`, drawn by React in StrictMode, which mounts everything twice: `page.evaluate(() => strict.…)`. */
export const strict = {
  /** How often the effect of the one component has run. */
  effects: 0,

  mount(): void {
    createRoot(document.body.appendChild(document.createElement("main"))).render(
      <StrictMode>
        <SessionProvider session={session}>
          <Account />
        </SessionProvider>
      </StrictMode>,
    )
  },
}

function Account() {
  const generation = useSession((snapshot) => snapshot.generation)
  const status = useSession((snapshot) => snapshot.status)
  const [answer, setAnswer] = useState("")
  useEffect(() => {
    strict.effects += 1
    void session.fetch("/resource").then(
      (response) => setAnswer(String(response.status)),
      (error: { code: string }) => setAnswer(error.code),
    )
  }, [])
  return (
    <output>
      {status} {generation} {answer}
    </output>
  )
}

Object.assign(globalThis, { strict })
