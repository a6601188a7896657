import { beforeEach, describe, it, vi } from "vitest"
import type { Command } from "./commands.ts"
import { expectInvariants, live } from "./live.ts"
import type { WorldOptions } from "./world.ts"

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {})) // the warning about requests elsewhere is wanted, and tested elsewhere

/** What random sequences found, shrunk: each broke an invariant once. */
const found: readonly { readonly title: string; readonly options: WorldOptions; readonly commands: readonly Command[] }[] = [
  {
    title: "I1 a logout that falls asleep before the store answers does not refresh beside the holder that is at it",
    options: {
      name: "commerce-engine",
      holders: 2,
      accessTokenTtlS: 1,
      graceS: 0,
      rotates: false,
      jitter: 0,
      keepAlive: "while-used",
      latencies: [0, 0, 2_000, 0],
    },
    commands: [
      { do: "request", holder: 0 },
      { do: "settle" },
      { do: "logout", holder: 1 },
      { do: "sleep", ms: 86_400_000 },
      { do: "request", holder: 0 },
    ],
  },
  {
    title: "I3 a holder that waits for a lease never waits for less than a clock can count",
    options: {
      name: "geins",
      holders: 2,
      accessTokenTtlS: 1,
      graceS: 0,
      rotates: false,
      jitter: 0,
      keepAlive: "always",
      latencies: [0],
    },
    commands: [{ do: "fault", fault: "hang", times: 2 }, { do: "advance", ms: 30_600 }, { do: "settle" }],
  },
  {
    title: "I6 a clock that is set back while a refresh is out does not make its answer unreadable",
    options: {
      name: "geins",
      holders: 1,
      accessTokenTtlS: 1,
      graceS: 0,
      rotates: true,
      jitter: 0,
      keepAlive: "while-used",
      latencies: [0],
    },
    commands: [
      { do: "request", holder: 0 },
      { do: "jump", ms: 86_400_000 },
      { do: "jump", ms: 86_400_000 },
      { do: "sleep", ms: 1 },
      { do: "jump", ms: -5_000 },
      { do: "advance", ms: 1 },
    ],
  },
]

describe("what random sequences once found", () => {
  for (const { title, options, commands } of found) it(title, async () => expectInvariants(await live(options, commands)))
})
