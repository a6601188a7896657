import { number } from "./number.js"
import { bar, line, svg, text } from "./svg.js"

const WIDTH = 800
const LEFT = 250
const RIGHT = 130
const ROW = 26
const TOP = 64
const LEAST_US = 0.1

/** What each contender adds to a request on the free stub, µs, on a logarithmic scale; beside it how many times its floor on real responses. */
export function overheadPlot(A, contenders) {
  const rows = contenders
    .filter(({ id }) => A[id]?.more.sequential && id !== "fetch" && id !== "fetch-json")
    .map(({ id, name }) => ({
      name,
      us: A[id].more.sequential.median,
      ratio: A[id].ratio.sequential?.median,
      ours: id.startsWith("session"),
    }))
    .toSorted((one, other) => one.us - other.us)
  const most = Math.max(100, ...rows.map(({ us }) => us))
  const x = (us) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(Math.max(us, LEAST_US) / LEAST_US)) / Math.log(most / LEAST_US)
  const bottom = TOP + rows.length * ROW
  const ticks = [0.1, 1, 10, 100, 1_000].filter((tick) => tick <= most)
  return svg(WIDTH, bottom + 40, "What a client adds to a request", [
    text(12, 24, "What a client adds to a request, µs", { kind: "head" }),
    text(12, 44, "beside raw fetch on a stub that costs next to nothing; logarithmic", { kind: "soft small" }),
    text(WIDTH - 12, 44, "real responses", { kind: "soft small", anchor: "end" }),
    ...ticks.flatMap((tick) => [
      line(x(tick), TOP - 8, x(tick), bottom, "grid"),
      text(x(tick), bottom + 18, tick, { kind: "soft small", anchor: "middle" }),
    ]),
    ...rows.flatMap(({ name, us, ratio, ours }, nth) => {
      const y = TOP + nth * ROW
      return [
        text(LEFT - 10, y + 14, name, { anchor: "end" }),
        bar(LEFT, y + 2, x(us) - LEFT, ROW - 10, ours ? "ours" : "bar"),
        text(x(us) + 6, y + 14, number(us)),
        text(WIDTH - 12, y + 14, ratio === undefined ? "" : `× ${number(ratio)}`, { anchor: "end" }),
      ]
    }),
  ])
}
