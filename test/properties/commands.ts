import fc from "fast-check"

/** Faults of a refresh, each of which a session must live through. */
export type Fault = "network" | "lost" | "hang" | "garbage" | "empty" | "truncated" | 429 | 500 | 503

/** What happens in a world. Holders are named by number, modulo how many there are. */
export type Command =
  | { readonly do: "request" | "elsewhere" | "token" | "refresh" | "touch" | "logout" | "kill" | "stop" | "start"; readonly holder: number }
  | { readonly do: "login"; readonly holder: number; readonly user: number }
  | { readonly do: "fault"; readonly fault: Fault; readonly times: number }
  | {
      readonly do: "storeFails"
      readonly on: "read" | "acquire" | "markSent" | "commit" | "create" | "end" | "release"
      readonly times: number
    }
  | { readonly do: "advance" | "sleep" | "jump"; readonly ms: number }
  | { readonly do: "settle" | "wake" | "revokeTokens" }

const holder = fc.nat({ max: 2 })
const day = 24 * 3_600_000
const span = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(1, 20, 500, 3_000, 11_000, 60_000) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 600_000 }) },
)
const one = <Do extends Command["do"]>(name: Do) => fc.record({ do: fc.constant(name), holder })

/** Any command, the everyday ones more often. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: one("request") },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("advance" as const), ms: span }) },
  { weight: 4, arbitrary: fc.constant({ do: "settle" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "revokeTokens" as const }) },
  { weight: 2, arbitrary: one("token") },
  { weight: 2, arbitrary: one("refresh") },
  { weight: 2, arbitrary: one("touch") },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("login" as const), holder, user: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: one("elsewhere") },
  { weight: 1, arbitrary: one("logout") },
  { weight: 1, arbitrary: one("kill") },
  { weight: 1, arbitrary: one("stop") },
  { weight: 2, arbitrary: one("start") },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      fault: fc.constantFrom<Fault>("network", "lost", "hang", "garbage", "empty", "truncated", 429, 500, 503),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("storeFails" as const),
      on: fc.constantFrom(
        "read" as const,
        "acquire" as const,
        "markSent" as const,
        "commit" as const,
        "create" as const,
        "end" as const,
        "release" as const,
      ),
      times: fc.integer({ min: 1, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep" as const), ms: fc.oneof(span, fc.constant(day)) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("jump" as const), ms: fc.constantFrom(day, -day, 3_600_000, -3_600_000, 5_000, -5_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "wake" as const }) },
)
