import { fromCallback, fromPromise } from "xstate"
import { createRefreshMachine, type RefreshContext } from "../machines/refresh.machine.ts"
import { sessionMachine } from "../machines/session.machine.ts"
import type { SignOutInput } from "../machines/session.setup.ts"
import type { Authentication, Restoration, SessionEvent } from "../machines/session.types.ts"
import { acquire } from "./actors/acquire.ts"
import { authenticate } from "./actors/authenticate.ts"
import { commit } from "./actors/commit.ts"
import { endRefused } from "./actors/end-refused.ts"
import { findUse } from "./actors/find-use.ts"
import { release } from "./actors/release.ts"
import { restore } from "./actors/restore.ts"
import { send } from "./actors/send.ts"
import { shareUse } from "./actors/share-use.ts"
import { signOut } from "./actors/sign-out.ts"
import { storeLater } from "./actors/store-later.ts"
import type { Acquisition, Commitment, Deletion, Judgement } from "./core/outcome.ts"
import type { Facts } from "./core/facts.ts"
import { oncePer } from "./core/once-per.ts"
import type { Rules } from "./core/rules.ts"
import { Services, track } from "./core/services.ts"

/** The session chart connected to its actors and to the refresh chart of these rules: one for all sessions that share them. */
export const sessionMachineOf = /* @__PURE__ */ oncePer((rules: Rules): typeof sessionMachine => {
  return sessionMachine.provide({
    actors: {
      restore: fromPromise<Restoration, { services: Services }>(({ input }) => tracked(input, restore(input))),
      authenticate: fromPromise<Authentication, { services: Services }>(({ input, signal }) => tracked(input, authenticate(input, signal))),
      signOut: fromPromise<{ revoked: boolean }, SignOutInput>(({ input }) => tracked(input, signOut(input))),
      storeLater: fromCallback<SessionEvent, { services: Services; facts: Facts }>(({ input, sendBack }) => storeLater(input, sendBack)),
      shareUse: fromPromise<void, { services: Services; facts: Facts; at: number }>(({ input }) => tracked(input, shareUse(input))),
      findUse: fromCallback<SessionEvent, { services: Services; facts: Facts }>(({ input, sendBack }) => findUse(input, sendBack)),
      refresh: createRefreshMachine({ rules }).provide({
        actors: {
          acquire: fromPromise<Acquisition, RefreshContext>(({ input, signal }) => tracked(input, acquire(input, signal))),
          send: fromPromise<Judgement, RefreshContext>(({ input, signal }) => tracked(input, send(input, signal))),
          commit: fromPromise<Commitment, RefreshContext>(({ input }) => tracked(input, commit(input))),
          endRefused: fromPromise<Deletion, RefreshContext>(({ input }) => tracked(input, endRefused(input))),
          release: fromPromise<void, RefreshContext>(({ input }) => tracked(input, release(input))),
        },
      }),
    },
  })
})

function tracked<Output>({ services }: { readonly services: Services }, work: Promise<Output>): Promise<Output> {
  return track(Services.open(services), work)
}
