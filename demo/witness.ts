import type { TrailEntry } from "../src/index.ts"
import type { LogEntry } from "../src/testing/emulator.types.ts"
import { shadeOf, type Mark, type Shade } from "./palette.ts"
import type { ProviderName, Stage } from "./stage.ts"

/** Something that has happened to a session. */
export interface Moment {
  /** Epoch ms. */
  readonly at: number
  readonly provider: ProviderName
  readonly says: string
  /** The state that the session is in from here on. */
  readonly shade?: Shade
  readonly mark?: Mark
}

/** Sees both sides of a session: its own trail, and what arrived at the server. */
export class Witness {
  readonly #stage: Stage
  readonly #moments: Moment[] = []
  #lastTransition: TrailEntry | undefined
  #requestsSeen = 0

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** Everything until now, oldest first. What comes later is only ever added at the end. */
  look(): readonly Moment[] {
    const fresh = [...this.#transitions(), ...this.#requests()]
    // A grant is answered before it is used, also within one ms; all other states are entered before anything is asked in them.
    const rank = ({ shade }: Moment) => (shade === undefined ? 1 : shade === "active" ? 2 : 0)
    this.#moments.push(...fresh.sort((one, other) => one.at - other.at || rank(one) - rank(other)))
    return this.#moments
  }

  #transitions(): Moment[] {
    const trail = this.#stage.session.trail()
    const fresh = trail.slice(this.#lastTransition ? trail.indexOf(this.#lastTransition) + 1 : 0)
    this.#lastTransition = trail.at(-1)
    return fresh
      .filter(({ chart }) => chart === "session")
      .map(({ at, from, to, reason }) => {
        const shade = shadeOf(to)
        const isNew = shade === "active" && ["nobody", "signingIn"].includes(shadeOf(from))
        const mark = shade === "loggedOut" ? "logout" : isNew ? "signIn" : undefined
        const says = `${brief(from || "restoring")} → ${brief(to)}${reason !== null ? `: ${reason}` : ""}`
        return { at, provider: this.#stage.name, says, shade, ...(mark && { mark }) }
      })
  }

  #requests(): Moment[] {
    const fresh: LogEntry[] = []
    const { log } = this.#stage.emulator
    while (this.#requestsSeen < log.length && log[this.#requestsSeen]!.status !== "hang") fresh.push(log[this.#requestsSeen++]!)
    return fresh.flatMap(({ at, on, method, path, status }) => {
      if (on === "resource" && status !== 401) return []
      const mark = on === "resource" ? "refused" : on === "refresh" ? refreshMarks[status] : undefined
      const says = `${method} ${path.split("?")[0]}: ${status === "lost" ? "done, but the answer is lost" : status}`
      return { at, provider: this.#stage.name, says: `  ${says}`, ...(mark && { mark }) }
    })
  }
}

const refreshMarks: Readonly<Record<string, Mark>> = { 200: "refreshed", 503: "busy", lost: "lost" }

/** `refreshing (running, usable)` for `refreshing.attempt.running refreshing.credential.usable`. */
function brief(path: string): string {
  const regions = path.split(" ")
  const names = regions.map((region) => region.split(".").at(-1))
  return regions.length === 1 ? path : `${path.split(".")[0]} (${names.join(", ")})`
}
