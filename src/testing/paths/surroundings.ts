import type { SessionRecord } from "../../core/record.ts"
import { must } from "../must.ts"
import type { Stage } from "./stage.ts"

/** What goes on around a session: other holders, the platform, the provider's own code. */

/** Another holder stores a newer grant of the session. */
export async function succeedElsewhere(stage: Stage): Promise<void> {
  const { sid, generation } = stage.inUse()
  const came = await stage.elsewhere.commit(sid, generation, { ...(await stage.minted()), sid, generation: generation + 1 })
  must(came === "committed", "the other holder's grant must be stored")
}

/** Another holder begins a session of another user. */
export async function beginElsewhere(stage: Stage): Promise<void> {
  await stage.elsewhere.create(await stage.minted(1))
}

/** Another holder has left this in the session's record. */
export async function changeElsewhere(stage: Stage, left: Partial<SessionRecord>): Promise<void> {
  const record = await stage.stored()
  must(record !== null, "the store must hold a session")
  await stage.elsewhere.create({ ...record, ...left })
}

/** Another holder ends the session. */
export async function endElsewhere(stage: Stage): Promise<void> {
  await stage.elsewhere.end(stage.inUse().sid, null)
}

/** Logs in with the emulator's user. */
export function logIn(stage: Stage, signal?: AbortSignal): void {
  stage.note("other", stage.session.login(stage.emulator.credentials, { signal }))
}

/** Does something while the platform says that there is no network. */
export function offline(stage: Stage, act: () => void): Promise<void> {
  return withGlobal(stage, "navigator", { onLine: false }, act)
}

/** Does something as if it ran where users can see it. */
export function inBrowser(stage: Stage, act: () => void): Promise<void> {
  return withGlobal(stage, "WorkerGlobalScope", class {}, act)
}

/** Does something while the provider's own code fails over every reply. */
export async function broken(stage: Stage, how: Exclude<Stage["isBroken"], false>, act: () => Promise<void>): Promise<void> {
  stage.isBroken = how
  await act()
  await stage.clock.settle()
  stage.isBroken = false
}

async function withGlobal(stage: Stage, name: string, value: unknown, act: () => void): Promise<void> {
  const before = Object.getOwnPropertyDescriptor(globalThis, name)
  Object.defineProperty(globalThis, name, { value, configurable: true })
  try {
    act()
    await stage.clock.settle()
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, name)
    else Object.defineProperty(globalThis, name, before)
  }
}
