import type { ManualClock } from "../../src/testing/manual-clock.ts"
import { replace } from "./replace.ts"

/** Makes a manual clock wait, before it moves on, for what this page's stores have under way in the browser. */
export function settleWithBrowser(clock: ManualClock): void {
  replace(
    IDBFactory.prototype,
    "open",
    (open) =>
      function (this: IDBFactory, ...given) {
        const request = open.apply(this, given)
        void clock.track(first(request, ["success", "error"]))
        return request
      },
  )
  replace(
    IDBDatabase.prototype,
    "transaction",
    (transaction) =>
      function (this: IDBDatabase, ...given) {
        const begun = transaction.apply(this, given)
        void clock.track(first(begun, ["complete", "abort"]))
        return begun
      },
  )
  replace(
    LockManager.prototype as { request: LockRequest },
    "request",
    (request) =>
      function (this: LockManager, name, options, granted) {
        let answered = () => {}
        void clock.track(new Promise<void>((resolve) => (answered = resolve)))
        return request.call(this, name, options, (lock) => {
          answered()
          return granted(lock)
        })
      },
  )
  replace(
    BroadcastChannel.prototype,
    "postMessage",
    (postMessage) =>
      function (this: BroadcastChannel, message: unknown) {
        const echo = new BroadcastChannel(this.name)
        const delivered = first(echo, ["message"]).then(() => new Promise<void>((done) => setTimeout(done)))
        void clock.track(delivered.then(() => echo.close()))
        postMessage.call(this, message)
      },
  )
}

type LockRequest = (this: LockManager, name: string, options: LockOptions, granted: (lock: Lock | null) => unknown) => Promise<unknown>

function first(target: EventTarget, types: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    for (const type of types) target.addEventListener(type, () => resolve(), { once: true })
  })
}
