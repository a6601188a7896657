"use client"

export { SessionProvider, type SessionProviderProps } from "./session-provider.ts"
export { useSession } from "./use-session.ts"
export { useSessionCountdown, type CountdownOptions } from "./use-session-countdown.ts"
export { RequireSession, type RequireSessionProps } from "./require-session.ts"
export { createSessionHooks, type SessionHooks } from "./create-session-hooks.ts"
export type { SessionActions, UseSession, UseSessionResult } from "./use-session.types.ts"
