import { faults } from "../stub/faults.js"
import { judged } from "./judged.js"
import { number, range } from "./number.js"

/** A run as Markdown. */
export function markdown({ mode, machine, contenders, runs }, figures, plots) {
  const nameOf = Object.fromEntries(contenders.map(({ id, name }) => [id, name]))
  const absent = (test) => contenders.filter(({ cannot }) => cannot[test]).map(({ name, cannot }) => `${name}: ${cannot[test]}`)
  const { A, B, C, D, E, F, where, growth } = figures
  const sections = [
    `# How fast, how light\n\nMade by \`npm run bench\`${mode === "short" ? " in its short mode: few rounds, rough figures" : ""}; what is measured, and how, is in [bench/README.md](../README.md).`,
    environment(machine, runs),
    targetTable(figures),
    A && overheadSection(A, nameOf, absent("A"), plots),
    B && stormSection(B, nameOf, absent("B")),
    C && daySection(C, nameOf, absent("C")),
    D && idleSection(D, nameOf, absent("D")),
    E && sizeSection(E, absent("E")),
    F && faultSection(F, nameOf, absent("F")),
    where && whereSection(where),
    growth && growthSection(growth, nameOf, plots),
  ]
  return `${sections.filter(Boolean).join("\n\n")}\n`
}

const table = (heads, rows) =>
  [heads, heads.map((_, nth) => (nth === 0 ? "---" : "--:")), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")
const missing = (absent) => (absent.length > 0 ? `\n\nNot here: ${absent.join("; ")}.` : "")

function environment({ date, processor, memoryGb, loadBefore, versions }, runs) {
  const of = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const tookS = Object.values(runs).reduce((sum, run) => sum + run.tookS, 0)
  return `${date.slice(0, 10)}, ${commitsOf(runs)} · ${processor}, ${memoryGb} GB, load ${loadBefore} before · ${Math.round(tookS / 60)} min\n\n${of.join(" · ")}`
}

/** `commit 1234567`, or which test ran at which, where some were run again. */
function commitsOf(runs) {
  const commits = [...new Set(Object.values(runs).map(({ commit }) => commit))]
  if (commits.length === 1) return `commit ${commits[0]}`
  const namesAt = (commit) => Object.keys(runs).filter((name) => runs[name].commit === commit)
  return commits.map((commit) => `${namesAt(commit).join(", ")} at commit ${commit}`).join("; ")
}

function targetTable(figures) {
  const rows = judged(figures)
    .filter(({ met }) => met !== null)
    .map(({ test, says, found, met }) => [
      test,
      says,
      found.map(({ value, unit }) => `${number(value)}${value === null ? "" : unit}`).join(" or "),
      found.map(({ wants }) => wants).join(" or "),
      met ? "met" : "**missed**",
    ])
  return `## Targets\n\n${table(["", "", "measured", "wanted", ""], rows)}`
}

function overheadSection(A, nameOf, absent, plots) {
  const rows = Object.keys(nameOf)
    .filter((id) => A[id])
    .map((id) => {
      const { more, ratio, realUs } = A[id]
      return [
        nameOf[id],
        range(more.sequential),
        range(more.parallel),
        range(realUs.sequential),
        range(ratio.sequential),
        range(ratio.parallel),
      ]
    })
  return `## A. A request

On the free stub, µs more than raw fetch; on real responses, µs, and how many times its floor: raw fetch, or \`fetch\` and \`json()\` for those who parse
the body unasked. Medians of rounds (min–max).

${plots.overhead ? `![µs that each client adds to a request](${plots.overhead})\n\n` : ""}${table(["", "free stub: + µs", "100-way: + µs", "real: µs", "× floor", "100-way: × floor"], rows)}${missing(absent)}`
}

function stormSection(B, nameOf, absent) {
  const tables = Object.entries(B).map(([kind, byId]) => {
    const rows = Object.entries(byId).map(([id, { succeeded, refreshes, keepsLogin, ms, ratio }]) => [
      nameOf[id],
      number(refreshes),
      number(succeeded),
      keepsLogin ? "yes" : "**no**",
      range(ms),
      range(ratio),
    ])
    return `**${number(parseInt(kind))} requests${kind.includes("late") ? ", late: every second 401 comes when the refresh is over" : ""}**\n\n${table(["", "refreshes", "succeed", "works afterwards", "ms", "× wrapper"], rows)}`
  })
  return `## B. A dead token\n\nThe access token is revoked, the refresh token may be spent once, a refresh takes 20 ms.\n\n${tables.join("\n\n")}${missing(absent)}`
}

function daySection({ hours, rows }, nameOf, absent) {
  const of = (adapter, aheadMs) => rows.find((row) => row.adapter === adapter && row.aheadMs === aheadMs)
  const cells = (row) =>
    row.failed !== undefined && row.refreshes === undefined
      ? ["–", "–", "–"]
      : [number(row.refreshes), number(row.unauthorized), number(row.failed)]
  const ids = [...new Set(rows.map(({ adapter }) => adapter))]
  const body = ids.map((id) => [nameOf[id], ...cells(of(id, 0)), ...cells(of(id, 120_000))])
  const heads = ["", "refreshes", "401s", "failed", "server 120 s ahead: refreshes", "401s", "failed"]
  return `## C. ${hours} hours\n\nVirtual time, tokens of 15 min, a request a minute.\n\n${table(heads, body)}${missing(absent)}`
}

function idleSection({ sessions, atRest, contenders }, nameOf, absent) {
  const rows = Object.entries(contenders).map(([id, { bytes, us, bytesRatio, usRatio, timers }]) => [
    nameOf[id],
    range(bytes),
    range(bytesRatio),
    range(us),
    range(usRatio),
    number(timers),
  ])
  const rest = atRest.missing ?? `A session at rest in Redis costs this process ${number(atRest.bytes)} bytes, and comes back.`
  return `## D. ${number(sessions)} idle sessions\n\n${table(["", "bytes each", "× bare actor", "µs to begin", "× bare actor", "timers of 100"], rows)}\n\n${rest}${missing(absent)}`
}

function sizeSection({ sessionchart, peers }, absent) {
  const size = ({ min, gzip, brotli }) => [min, gzip, brotli].map(number)
  const parts = sessionchart.map(({ name, more, ...whole }) => [name, ...size(more ?? whole)])
  return `## E. What a browser loads

Bytes. A part that begins with + is what it adds to the app.

${table(["", "minified", "gzip", "brotli"], [...parts, ...peers.map(({ name, ...whole }) => [name, ...size(whole)])])}${missing(absent)}`
}

function faultSection(rows, nameOf, absent) {
  const kinds = [...new Set(rows.map(({ fault }) => fault))]
  const ids = [...new Set(rows.map(({ adapter }) => adapter))]
  const cell = (row) => {
    if (row.verdict === undefined) return "–"
    const obeyed = row.retryAfterObeyed === null ? "" : row.retryAfterObeyed ? ", obeyed" : ", not obeyed"
    return `${row.verdict === "kept" || row.verdict === "ended" ? row.verdict : `**${row.verdict}**`}, ${number(row.refreshes)}${obeyed}`
  }
  const body = ids.map((id) => {
    const own = rows.filter(({ adapter }) => adapter === id)
    const waits = own.some(({ waitsForeverWhileValid }) => waitsForeverWhileValid)
      ? "**for ever**"
      : `${number(Math.max(...own.map(({ longestWaitWhileValidS: wait }) => wait ?? 0)))} s`
    const failed = own.filter(({ verdict }) => verdict !== "ended").reduce((sum, row) => sum + (row.failedWhileValid ?? 0), 0)
    return [nameOf[id], ...kinds.map((kind) => cell(own.find(({ fault }) => fault === kind))), waits, number(failed)]
  })
  return `## F. Faults

Refreshes fail for 20 min, then all is well; a request every 5 s, virtual time. Afterwards the session is kept, lost, stuck, or was ended by the provider; the
number is that of refreshes asked for in those 20 min (more than 60 in one: it loops). Last, over all faults: how long a request whose token was still good waited, and
how many such requests failed, but for a login that the provider has ended.

${table(["", ...kinds.map((kind) => faults[kind].says), "longest wait with a good token", "failed with a good token"], body)}${missing(absent)}`
}

function whereSection({ sessions, requests, idle, storm, appBytes = {} }) {
  const columns = [appBytes, idle.bytes, idle.us, storm.us]
  const sums = columns.map((column) => Object.values(column).reduce((sum, value) => sum + value, 0))
  const parts = [...new Set(columns.flatMap(Object.keys))].sort((one, other) => shareOf(other) - shareOf(one))
  const rows = parts.map((part) => [part, ...columns.map((column) => number(column[part] ?? null))])
  return `## Where it goes

Of sessionchart's own figures: the minified app (E), the heap of each of ${number(sessions)} idle sessions and the time to begin one (D), and the time of each of ${number(requests)} requests on a
dead token (B). Heap and time are samples, by whose code is on top of the stack; what that calls of the platform is its own. The profiler makes all
slower: it is the shares that count.

${table(["", "app, bytes", "idle session, bytes", "µs to begin", "a request on a dead token, µs"], [...rows, ["**all**", ...sums.map(number)]])}`

  /** The largest share that a part has in any column. */
  function shareOf(part) {
    return Math.max(...columns.map((column, nth) => (column[part] ?? 0) / sums[nth] || 0))
  }
}

function growthSection({ inFlight, bytes, us, processes, tabs }, nameOf, plots) {
  const lines = (title, byId, unit) => {
    const xs = Object.values(byId)[0].map(([x]) => x)
    return `**${title}**\n\n${table(
      ["", ...xs.map(number)],
      Object.entries(byId).map(([id, line]) => [nameOf[id], ...line.map(([, spread]) => range(spread, unit))]),
    )}`
  }
  const shared = processes.some(({ missing: why }) => why)
    ? `Processes: ${processes[0].missing}.`
    : `**Processes that hold the same sessions in one Redis and refresh them at once, ms a session**\n\n${table(["", ...processes.map(({ many }) => number(many))], [["all have the new token", ...processes.map(({ msPerSession }) => number(msPerSession))]])}`
  const tabbed = tabs.missing
    ? `Tabs: ${tabs.missing}.`
    : `**Tabs of Chromium ${tabs.chromium} that hold one session, ms from a refresh (20 ms of it the provider's) until all show it**\n\n${table(["", ...Object.keys(tabs.ms ?? {})], [["last tab", ...Object.values(tabs.ms ?? {}).map(number)]])}`
  return [
    "## Growth",
    plots.growth && `![Cost per request, session, process and tab as their number grows](${plots.growth})`,
    lines("Requests in flight, µs each", inFlight),
    lines("Idle sessions, bytes each (of fewer the process's own noise is larger)", atLeast(100, bytes)),
    lines("Idle sessions, µs each to begin", us),
    shared,
    tabbed,
  ]
    .filter(Boolean)
    .join("\n\n")
}

const atLeast = (least, byId) => Object.fromEntries(Object.entries(byId).map(([id, line]) => [id, line.filter(([x]) => x >= least)]))
