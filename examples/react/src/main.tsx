import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { SessionProvider } from "sessionchart/react"
import { App } from "./app.tsx"
import { session } from "./session.ts"
import "./style.css"

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <SessionProvider session={session}>
      <App />
    </SessionProvider>
  </StrictMode>,
)
