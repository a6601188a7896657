import type { RefreshInput } from "./refresh.machine.ts"
import {
  anew,
  arrivals,
  end,
  endHere,
  foundPast,
  granted,
  ignore,
  limitless,
  notKeptAlive,
  outcome,
  refused,
  restored,
  session,
  signedIn,
  signedOut,
  unauthorized,
} from "./session.setup.ts"

/** What a user's session can do, for every provider: unauthenticated → active → expiring → refreshing → active | loggedOut. */
export const sessionMachine = session.createMachine({
  id: "session",
  description: "A user's session. It holds facts; the tokens are in the keyring and the store.",
  context: ({ input }) => Object.assign({}, anew, input),
  initial: "restoring",
  states: {
    restoring: {
      description: "The store is being asked whether there is a session.",
      tags: "pending",
      initial: "reading",
      states: {
        reading: {
          description: "One look into the store.",
          invoke: {
            src: "restore",
            input: ({ context: { services } }) => ({ services }),
            onDone: [
              { guard: outcome("nobody"), target: "#session.unauthenticated", actions: "noteNobody" },
              {
                guard: foundPast("maxAge"),
                target: "#session.loggedOut",
                actions: endHere("maxAge"),
                description: "It has lasted as long as it may.",
              },
              {
                guard: foundPast("idle"),
                target: "#session.loggedOut",
                actions: endHere("idle"),
                description: "Nobody used it for too long.",
              },
              {
                guard: "isFoundInDoubt",
                target: "#session.refreshing",
                actions: restored,
                description: "A refresh was sent whose answer nobody has stored: it is asked for again while the provider may still know.",
              },
              { guard: "isFresh", target: "#session.active", actions: restored },
              { guard: "isUsable", target: "#session.expiring.usable", actions: restored, description: "Its lead time has begun." },
              {
                target: "#session.expiring.lapsed",
                actions: restored,
                description: "Its access token has expired; what it refreshes with may be good.",
              },
            ],
            onError: { target: "waiting", actions: "noteTrouble", description: "A store that fails is never read as nobody." },
          },
        },
        waiting: { description: "The store is away.", after: { backoff: "reading" } },
      },
      on: {
        ...arrivals,
        "logout.requested": { target: "loggedOut", actions: endHere("user"), description: "Whatever the store holds is ended." },
        "refresh.requested": ignore("There is nothing to refresh yet."),
        "login.requested": ignore("Waits for the store; if that is away, it runs beside and arrives as grant.accepted."),
        "ended.elsewhere": ignore("The store will tell."),
        "session.used": ignore("Creating a session counts as use already."),
        "request.held": ignore("Requests wait until the store has answered."),
        "request.unauthorized": ignore("There is no grant yet that it could be about."),
        "request.accepted": ignore("There is no grant yet that it could be about."),
        "grant.stored": ignore("There is no grant yet."),
        "network.online": ignore("The store needs no network."),
        ...limitless,
      },
    },

    unauthenticated: {
      description: "Nobody is signed in.",
      on: { ...signedOut, "login.requested": "authenticating", "logout.requested": ignore("Nobody is signed in.") },
    },

    authenticating: {
      description: "The provider's login runs. Its credentials are outside the chart.",
      tags: "pending",
      entry: "forgetError",
      invoke: {
        src: "authenticate",
        input: ({ context: { services } }) => ({ services }),
        onDone: [
          { guard: outcome("granted"), target: "active", actions: granted },
          {
            target: "unauthenticated",
            actions: "noteError",
            description: "Refused, or the provider could not be asked: the error says which.",
          },
        ],
        onError: { target: "unauthenticated", actions: "noteError" },
      },
      on: {
        ...signedOut,
        "login.requested": { target: "authenticating", reenter: true, description: "The newer login replaces the older one." },
        "logout.requested": { target: "unauthenticated", description: "A grant that comes late is revoked." },
      },
    },

    active: {
      description: "The access token is good.",
      tags: ["authenticated", "usable"],
      after: { untilExpiring: "expiring" },
      on: {
        ...signedIn,
        "refresh.requested": [{ guard: "canRefresh", target: "refreshing" }, ignore("There is nothing to refresh with.")],
        "request.held": [
          {
            guard: "isLapsed",
            target: "expiring.lapsed",
            actions: "noteUse",
            description: "The deadline passed while nobody looked: sleep, or a frozen tab.",
          },
          ignore("It need not wait: the access token is good."),
        ],
        "request.unauthorized": unauthorized,
        "session.used": ignore("It is remembered outside the chart, and asked for in the lead time."),
      },
    },

    expiring: {
      description: "A refresh is worth while, and waits for somebody to use the session.",
      tags: ["authenticated", "idle"],
      initial: "usable",
      states: {
        usable: {
          description: "The lead time has begun; requests still go out.",
          tags: "usable",
          always: {
            guard: "isWanted",
            target: "#session.refreshing",
            description: "It was used since the last grant, or is kept alive always.",
          },
          after: { untilLapsed: "lapsed" },
          on: {
            "session.used": [{ guard: "isKeptAlive", target: "#session.refreshing" }, notKeptAlive],
            "request.held": [
              { guard: "isLapsed", target: "lapsed", actions: "noteUse" },
              ignore("It need not wait: the access token is good."),
            ],
            "refresh.requested": [{ guard: "canRefresh", target: "#session.refreshing" }, ignore("There is nothing to refresh with.")],
          },
        },
        lapsed: {
          description: "The access token has expired.",
          tags: "held",
          always: [
            {
              guard: "cannotRefresh",
              target: "#session.loggedOut",
              actions: endHere("expired"),
              description: "There is nothing to refresh with.",
            },
            {
              guard: "isWanted",
              target: "#session.refreshing.credential.lapsed",
              description: "It was used since the last grant, or is kept alive always.",
            },
          ],
          on: {
            "session.used": [{ guard: "isKeptAlive", target: "#session.refreshing.credential.lapsed" }, notKeptAlive],
            "request.held": {
              target: "#session.refreshing.credential.lapsed",
              description: "A request waits: that wants a refresh whatever keepAlive says.",
            },
            "refresh.requested": "#session.refreshing.credential.lapsed",
          },
        },
      },
      on: { ...signedIn, "request.unauthorized": unauthorized },
    },

    refreshing: {
      description: "A refresh is wanted, and tried until it is granted or refused by a rule.",
      tags: "authenticated",
      type: "parallel",
      states: {
        attempt: {
          description: "How the refresh is doing.",
          initial: "running",
          states: {
            running: {
              description: "One refresh, by the provider's own chart.",
              tags: "asking",
              invoke: {
                src: "refresh",
                id: "refresh",
                input: ({ context: { services, facts } }) => ({ services, facts }) as RefreshInput,
                onDone: [
                  { guard: outcome("granted"), target: "#session.active", actions: granted },
                  { guard: outcome("adopted"), target: "#session.active", actions: granted, description: "Another holder has refreshed." },
                  {
                    guard: outcome("gone"),
                    target: "#session.loggedOut",
                    actions: end("elsewhere"),
                    description: "The store holds this session no more.",
                  },
                  {
                    guard: "isRefusedPastWindow",
                    target: "#session.loggedOut",
                    actions: end("windowClosed"),
                    description: "The refresh window had closed; a last ask was refused.",
                  },
                  {
                    guard: outcome("ended"),
                    target: "#session.loggedOut",
                    actions: refused,
                    description: "The rule that refused gives the reason.",
                  },
                  {
                    guard: outcome("misconfigured"),
                    target: "blocked",
                    actions: "noteTrouble",
                    description: "Asking again would not help.",
                  },
                  { guard: "isOffline", target: "offline", actions: "noteTrouble" },
                  { target: "backingOff", actions: "noteTrouble", description: "A fault never ends a session." },
                ],
                onError: { target: "backingOff", actions: "noteTrouble" },
              },
            },
            backingOff: {
              description: "Waits a growing, random while; a Retry-After first.",
              after: { backoff: "running" },
              on: { "refresh.requested": { guard: "mayAskAgain", target: "running" } },
            },
            offline: {
              description: "The platform says there is no network. It may be wrong, so the longest backoff tries all the same.",
              after: { longestBackoff: "running" },
              on: {
                "network.online": { guard: "mayAskAgain", target: "running" },
                "refresh.requested": { guard: "mayAskAgain", target: "running" },
              },
            },
            blocked: {
              description: "Misconfigured: the credential is kept, and nothing is tried until somebody asks.",
              tags: "blocked",
              on: { "refresh.requested": "running" },
            },
          },
        },
        credential: {
          description: "Whether requests still go out meanwhile.",
          initial: "usable",
          states: {
            usable: {
              description: "The old access token is still good.",
              tags: "usable",
              after: { untilLapsed: "lapsed" },
              on: {
                "request.held": [{ guard: "isLapsed", target: "lapsed" }, ignore("It need not wait: the access token is good.")],
                "request.unauthorized": [
                  { guard: "isAboutCurrent", target: "lapsed", actions: "note401", description: "No second refresh: one is under way." },
                  ignore("It is about an older grant."),
                ],
              },
            },
            lapsed: {
              description: "It has expired, or was rejected: requests wait.",
              tags: "held",
              on: {
                "request.held": ignore("It waits for the refresh that is under way."),
                "request.unauthorized": ignore("It waits for the refresh that is under way."),
              },
            },
          },
        },
      },
      on: {
        ...signedIn,
        "session.used": ignore("A refresh is under way."),
        "refresh.requested": ignore("A refresh is running, or the provider asked to be left alone."),
      },
    },

    loggedOut: {
      description: "Over, for a reason.",
      on: { ...signedOut, "login.requested": "authenticating", "logout.requested": ignore("It is over already.") },
    },
  },
})
