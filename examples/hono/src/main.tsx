import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { SessionProvider } from "sessionchart/react"
import { App } from "../../react/src/app.tsx" // the same app: components do not know where tokens are
import { session } from "./session.ts"
import "../../react/src/style.css"

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <SessionProvider session={session}>
      <App />
    </SessionProvider>
  </StrictMode>,
)
