import "./app.js"
import { useSession, useSessionCountdown, RequireSession, SessionProvider, createSessionHooks } from "../../dist/src/react/index.js"

globalThis.react = [useSession, useSessionCountdown, RequireSession, SessionProvider, createSessionHooks]
