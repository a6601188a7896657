export { createRefreshMachine, type RefreshInput, type RefreshMachine } from "./refresh.machine.ts"
export { sessionMachine } from "./session.machine.ts"
export type { SessionContext, SessionEvent, SessionInput, SessionTag } from "./session.types.ts"
