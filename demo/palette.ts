/** What a session's state is drawn as. */
export type Shade = "nobody" | "signingIn" | "active" | "expiring" | "refreshing" | "backingOff" | "held" | "loggedOut"

/** What happens to a session, drawn on top of its state. */
export type Mark = "signIn" | "refreshed" | "refused" | "busy" | "lost" | "logout"

/** Colours are of the 256 of xterm. */
export const shades: Readonly<Record<Shade, { readonly colour: number; readonly says: string }>> = {
  nobody: { colour: 236, says: "" },
  signingIn: { colour: 252, says: "signing in" },
  active: { colour: 71, says: "active" },
  expiring: { colour: 221, says: "expiring" },
  refreshing: { colour: 75, says: "refreshing" },
  backingOff: { colour: 167, says: "backing off" },
  held: { colour: 170, says: "held" },
  loggedOut: { colour: 242, says: "logged out" },
}

export const marks: Readonly<Record<Mark, { readonly glyph: string; readonly says: string; readonly on?: number }>> = {
  signIn: { glyph: "▸", says: "login" },
  refreshed: { glyph: "↻", says: "refresh" },
  refused: { glyph: "401", says: "refused", on: 124 },
  busy: { glyph: "503", says: "Retry-After", on: 124 },
  lost: { glyph: "✂", says: "lost answer", on: 124 },
  logout: { glyph: "⏻", says: "logout", on: 238 },
}

/** The shade of a state of the session chart, given as its path. */
export function shadeOf(path: string): Shade {
  if (path.startsWith("active")) return "active"
  if (path.startsWith("loggedOut")) return "loggedOut"
  if (path.startsWith("authenticating")) return "signingIn"
  if (path.includes("lapsed")) return "held"
  if (path.startsWith("expiring")) return "expiring"
  if (!path.startsWith("refreshing")) return "nobody"
  return path.includes("running") ? "refreshing" : "backingOff"
}

/** How text looks; `on` is the colour behind it. */
export interface Look {
  readonly colour?: number
  readonly on?: number
  readonly bold?: boolean
  readonly dim?: boolean
}

/** Text in ANSI colours. */
export function paint(text: string, { colour, on, bold, dim }: Look): string {
  const codes = [bold && "1", dim && "2", colour !== undefined && `38;5;${colour}`, on !== undefined && `48;5;${on}`].filter(Boolean)
  return codes.length === 0 || text === "" ? text : `\x1b[${codes.join(";")}m${text}\x1b[0m`
}
