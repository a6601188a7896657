import type { Life } from "./life.ts"
import { paint, type Look } from "./palette.ts"
import { conditions, type Stage } from "./stage.ts"

/** A life and what was wrong with it. */
export interface Judged {
  readonly stage: Stage
  readonly life: Life
  readonly complaints: readonly string[]
}

const head = ["provider", "grants", "refreshes", "401s survived", "requests ok", "end reason"]

/** The table at the end, and the verdict in a sentence. Its numbers are the servers'. */
export function summaryOf(judged: readonly Judged[], coloured: boolean): string {
  const look = (text: string, how: Look) => (coloured ? paint(text, how) : text)
  const rows = judged.map(rowOf)
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)))
  const isText = (column: number) => column === 0 || column === head.length - 1
  const aligned = (cell: string, column: number) => (isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))
  const line = (row: readonly string[]) => row.map(aligned).join("  ").trimEnd()
  const failed = judged.filter(({ complaints }) => complaints.length > 0)
  const untold = judged.filter(({ stage }) => stage.provider.logout === null).map(({ stage }) => stage.name)
  const isComplete = ({ life }: Judged) => life.cutShort === null
  const notes = [
    judged.some(isComplete) && `The lost refresh counts twice: its replay was accepted (a grace of ${conditions.graceS} s).`,
    untold.length > 0 && `No logout is documented for ${untold.join(" and ")}: the session ended on our side.`,
  ].filter((note) => note !== false)
  const lived = `Lived as they should, by the servers' own books: ${judged.length - failed.length} of ${judged.length}.`
  return [
    "",
    look(`   ${line(head)}`, { dim: true }),
    ...judged.map(({ complaints }, at) => (complaints.length === 0 ? look(" ✓ ", good) : look(" ✗ ", bad)) + line(rows[at]!)),
    "",
    ...notes.map((note) => look(`   ${note}`, { dim: true })),
    "",
    ...failed.flatMap(({ stage, complaints }) => complaints.map((complaint) => look(`   ${stage.name}: ${complaint}.`, bad))),
    look(`   ${lived}`, failed.length === 0 ? good : bad),
    "",
    "",
  ].join("\n")
}

const good = { colour: 71, bold: true }
const bad = { colour: 203, bold: true }

function rowOf({
  life,
  stage: {
    name,
    emulator: { stats, log },
    session,
  },
}: Judged): string[] {
  const arrived = log.filter(({ on, status }) => on === "refresh" && status === 200).length
  const { reason } = session.getSnapshot()
  return [
    name,
    String(stats.logins + arrived),
    String(stats.refreshes),
    // A request that the user never saw answered well did not survive its 401.
    String(Math.max(0, stats.unauthorized - (life.asked - stats.requests))),
    `${stats.requests} of ${life.asked}`,
    reason ?? "none, it lives on",
  ]
}
