import { compared } from "../run/compared.js"
import { spread } from "../run/spread.js"

/** What the raw rows of a run come to. Only what was measured is there. */
export function figures({ contenders, A, B, C, D, E, F, where, growth }) {
  return {
    A: A && overhead(A.rows, contenders),
    B: B && storms(B.rows),
    C: C && { hours: C.hours, rows: C.rows },
    D: D && idle(D),
    E,
    F: F && F.rows,
    where: where && { ...where, appBytes: E?.sessionchart[0].parts },
    growth: growth && grown(growth),
  }
}

/** Everybody's own work, µs more than raw fetch on the free stub; and how many times the floor of his kind on real responses. */
function overhead(rows, contenders) {
  const free = rows.filter(({ stub }) => stub === "free")
  const real = rows.filter(({ stub }) => stub === "real")
  const ways = (within, figure) =>
    Object.fromEntries(["sequential", "parallel"].map((way) => [way, figure(compared(within, (row) => row[way]))]))
  const of = ({ id, gives }) => {
    const floor = gives === "data" ? "fetch-json" : "fetch"
    return {
      us: ways(free, ({ value }) => value(id)),
      more: ways(free, ({ more }) => more(id, "fetch")),
      realUs: ways(real, ({ value }) => value(id)),
      ratio: ways(real, ({ ratio }) => ratio(id, floor)),
    }
  }
  return {
    ...Object.fromEntries(contenders.filter(({ cannot }) => !cannot.A).map((contender) => [contender.id, of(contender)])),
    overOfetch: {
      more: ways(free, ({ more }) => more("session-fetch", "plain-ofetch")),
      ratio: ways(real, ({ ratio }) => ratio("session-fetch", "plain-ofetch")),
    },
  }
}

/** By kind of storm and contender: the last outcome, the worst one, and the time beside the wrapper's. */
function storms(rows) {
  const kinds = Object.groupBy?.(rows, kindOf) ?? grouped(rows, kindOf)
  return Object.fromEntries(
    Object.entries(kinds).map(([kind, within]) => {
      const { value, ratio } = compared(within, ({ ms }) => ms)
      const ids = [...new Set(within.map(({ adapter }) => adapter))]
      return [
        kind,
        Object.fromEntries(
          ids.map((id) => [id, { ...worst(within.filter(({ adapter }) => adapter === id)), ms: value(id), ratio: ratio(id, "wrapper") }]),
        ),
      ]
    }),
  )
}

const kindOf = ({ requests, late }) => `${requests}${late ? ", late" : ""}`

function grouped(rows, keyOf) {
  const groups = {}
  for (const row of rows) (groups[keyOf(row)] ??= []).push(row)
  return groups
}

function worst(rows) {
  return {
    succeeded: Math.min(...rows.map(({ succeeded }) => succeeded)),
    refreshes: Math.max(...rows.map(({ refreshes }) => refreshes)),
    keepsLogin: rows.every(({ keepsLogin }) => keepsLogin),
  }
}

function idle({ sessions, rows, timers, atRest }) {
  const bytes = compared(rows, (row) => row.bytes)
  const us = compared(rows, (row) => row.us)
  const ids = [...new Set(rows.map(({ adapter }) => adapter))]
  const of = (id) => ({
    bytes: bytes.value(id),
    us: us.value(id),
    bytesRatio: bytes.ratio(id, "bare-actor"),
    usRatio: us.ratio(id, "bare-actor"),
    timers: timers.find(({ adapter }) => adapter === id).timers,
  })
  return { sessions, atRest, contenders: Object.fromEntries(ids.map((id) => [id, of(id)])) }
}

function grown({ inFlight, sessions, processes, tabs }) {
  const widths = Object.keys(inFlight[0].us).map(Number)
  const counts = [...new Set(sessions.map((row) => row.sessions))]
  const atCount = (id, count, figure) =>
    spread(sessions.filter((row) => row.adapter === id && row.sessions === count && row.failed === undefined).map(figure))
  const lines = (ids, xs, at) => Object.fromEntries(ids.map((id) => [id, xs.map((x) => [x, at(id, x)]).filter(([, y]) => y !== null)]))
  return {
    inFlight: lines(["fetch", "wrapper", "sessionchart"], widths, (id, width) =>
      spread(inFlight.filter(({ adapter }) => adapter === id).map(({ us }) => us[width])),
    ),
    bytes: lines(["sessionchart", "bare-actor"], counts, (id, count) => atCount(id, count, ({ bytes }) => bytes)),
    us: lines(["sessionchart", "bare-actor"], counts, (id, count) => atCount(id, count, ({ us }) => us)),
    processes: processes.map(({ processes: many, ...more }) => ({ many, ...more })),
    tabs,
  }
}
