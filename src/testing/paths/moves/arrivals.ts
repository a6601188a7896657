import { end, grant, leave, pass } from "../consequences.ts"
import type { Move } from "../move.ts"
import { LIFETIME_S, type Situation } from "../situation.ts"
import { beginElsewhere, endElsewhere, logIn, succeedElsewhere } from "../surroundings.ts"

const isSignedIn = ({ place }: Situation) => place === "signedIn"
const isLoggingIn = ({ place }: Situation) => place === "loggingIn"

/** What lets somebody in, and what puts somebody out. */
export const arrivals: readonly Move[] = [
  {
    name: "accept",
    when: ({ place }) => place !== "notBegun",
    leadsTo: (s) => grant(s, { isSuccessor: false }),
    async play(stage) {
      for (const method of ["create", "commit"] as const) stage.store.set(method, "works")
      stage.note("other", stage.session.accept(await stage.emulator.mint()))
    },
    leaves: true,
  },
  {
    name: "accept while the store is away",
    when: ({ place, attempt }) => place !== "notBegun" && place !== "unread" && place !== "storeAway" && attempt !== "committing",
    leadsTo(s) {
      grant(s, { isSuccessor: false, isStored: false })
      pass(s, 1)
    },
    async play(stage) {
      stage.store.set("create", "fails")
      stage.note("other", stage.session.accept(await stage.emulator.mint()))
      await stage.clock.settle()
      stage.store.set("create", "is held")
      stage.store.set("commit", "is held")
      await stage.advance(1)
    },
    leaves: true,
  },
  {
    name: "login",
    when: ({ place }) => place === "nobody" || place === "over" || place === "loggingIn",
    leadsTo(s, { hasLogin }) {
      if (s.place === "loggingIn") return
      leave(s)
      s.place = hasLogin ? "loggingIn" : "nobody"
    },
    play(stage) {
      stage.holdsNextLogin = true
      logIn(stage)
    },
    leaves: true,
  },
  {
    name: "login, given up by its caller",
    when: ({ place }, { hasLogin }) => hasLogin && (place === "nobody" || place === "over"),
    leadsTo(s) {
      leave(s)
      s.place = "nobody"
    },
    async play(stage) {
      const caller = new AbortController()
      stage.holdsNextLogin = true
      logIn(stage, caller.signal)
      await stage.clock.settle()
      caller.abort(new Error("the caller has given up"))
      await stage.clock.settle()
      stage.take("login")
    },
  },
  {
    name: "the provider lets in",
    when: isLoggingIn,
    leadsTo: (s) => grant(s, { isSuccessor: false }),
    play: (stage) => stage.carryOut("login"),
  },
  {
    name: "the provider does not let in",
    when: isLoggingIn,
    leadsTo(s) {
      leave(s)
      s.place = "nobody"
    },
    play: (stage) => stage.take("login").resolve(new Response("{}", { status: 400, headers: { "content-type": "application/json" } })),
  },
  {
    name: "the provider cannot be asked to let in",
    when: isLoggingIn,
    leadsTo(s) {
      leave(s)
      s.place = "nobody"
    },
    play: (stage) => stage.take("login").reject(new TypeError("fetch failed")),
  },
  {
    name: "a login beside the session",
    when: (s, { hasLogin }) => isSignedIn(s) && hasLogin && !s.unsaved,
    leadsTo: (s) => grant(s, { isSuccessor: false }),
    play: (stage) => logIn(stage),
    leaves: true,
  },
  {
    name: "a login beside the session, refused",
    when: (s, { hasLogin }) => isSignedIn(s) && hasLogin,
    leadsTo() {},
    async play(stage) {
      stage.holdsNextLogin = true
      logIn(stage)
      await stage.clock.settle()
      stage.take("login").resolve(new Response("{}", { status: 400, headers: { "content-type": "application/json" } }))
    },
  },
  {
    name: "logout",
    when: ({ place }) => place !== "notBegun" && place !== "unread" && place !== "storeAway",
    leadsTo(s) {
      if (s.place === "signedIn") end(s, "user")
      else if (s.place === "loggingIn") {
        leave(s)
        s.place = "nobody"
      }
    },
    play: (stage) => stage.note("other", stage.session.logout()),
    leaves: true,
  },
  {
    name: "another holder stores a newer grant",
    when: (s) => isSignedIn(s) && !s.unsaved,
    leadsTo: (s) => grant(s),
    play: succeedElsewhere,
    leaves: true,
  },
  {
    name: "another holder begins another session",
    when: ({ place }) => place !== "notBegun" && place !== "storeAway",
    leadsTo: (s) => grant(s, { isSuccessor: false, leftS: LIFETIME_S }),
    play: beginElsewhere,
    leaves: true,
  },
  {
    name: "another holder ends the session",
    when: (s) => isSignedIn(s) && !s.unsaved,
    leadsTo: (s) => end(s, "elsewhere"),
    play: endElsewhere,
    leaves: true,
  },
]
