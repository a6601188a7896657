import { live, type Life } from "./life.ts"
import { openStage, providerNames, type ProviderName, type Stage } from "./stage.ts"
import { showPlainly } from "./plain-lines.ts"
import { canRedraw, showLive, type Terminal } from "./live-screen.ts"
import type { Screen } from "./scene.types.ts"
import { summaryOf } from "./summary.ts"
import { complaintsAbout } from "./verdict.ts"
import { Witness } from "./witness.ts"

/** What the demo needs of the process around it. */
export interface Surroundings {
  readonly stdout: Terminal
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal
  /** Default: the emulator as the demo wants it; a test may open one that breaks. */
  readonly open?: (name: ProviderName) => Promise<Stage>
}

/** The longest that a demo may take, ms: a life that hangs is a life that failed. */
const LIMIT_MS = 18_000

/** How often we look at what has happened, ms. */
const FRAME_MS = 100

/** Lets the providers that are named (all five, if none is) live their lives side by side, and shows it. Returns the exit code. */
export async function run(args: readonly string[], { stdout, stderr, env, signal, open = openStage }: Surroundings): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    stdout.write(usage)
    return 0
  }
  const unknown = args.find((arg) => !providerNames.includes(arg as ProviderName))
  if (unknown !== undefined) {
    stderr.write(`There is no provider "${unknown}".\n\n${usage}`)
    return 2
  }
  const names = providerNames.filter((name) => args.length === 0 || args.includes(name))
  const coloured = canRedraw(stdout, env)
  const stages: Stage[] = []
  const end = new AbortController()
  const interrupted = () => end.abort(new Error("interrupted"))
  const limit = setTimeout(() => end.abort(new Error(`not done after ${LIMIT_MS / 1000} s`)), LIMIT_MS)
  signal?.addEventListener("abort", interrupted)
  try {
    for (const name of names) stages.push(await open(name))
    const lives = await show(stages, coloured ? showLive(stdout) : showPlainly(stdout), end.signal)
    if (signal?.aborted) return 130
    const judged = stages.map((stage, at) => ({ stage, life: lives[at]!, complaints: complaintsAbout(stage, lives[at]!) }))
    stdout.write(summaryOf(judged, coloured))
    return judged.every(({ complaints }) => complaints.length === 0) ? 0 : 1
  } finally {
    clearTimeout(limit)
    signal?.removeEventListener("abort", interrupted)
    await Promise.all(stages.map((stage) => stage.close()))
  }
}

/** Lets all live, and shows what the witnesses see until every life is over. */
async function show(stages: readonly Stage[], screen: Screen, signal: AbortSignal): Promise<Life[]> {
  const startedAt = Date.now()
  const witnesses = stages.map((stage) => new Witness(stage))
  const look = () => screen.show({ startedAt, now: Date.now(), lanes: witnesses.map((witness) => witness.look()) })
  const frames = setInterval(look, FRAME_MS)
  try {
    return await Promise.all(stages.map((stage, at) => live(stage, signal, at)))
  } finally {
    clearInterval(frames)
    look()
    screen.close()
  }
}

const usage = `Usage: npm start [-- <provider>…]

Starts emulators of token providers on loopback, and lets a session live with each: login, requests, expiry, a revoked token,
a 503 with Retry-After, a lost answer, logout. Exit code 0 if each lived as it should, 1 if not.

Providers: ${providerNames.join(", ")}. None named: all.
NO_COLOR=1, or an output that is no terminal: plain lines, one per event.
`
