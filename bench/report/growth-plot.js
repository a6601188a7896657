import { number } from "./number.js"
import { curve, line, svg, text } from "./svg.js"

const WIDTH = 840
const PANEL = { width: 420, height: 240, left: 56, right: 24, top: 56, bottom: 44 }

/** How the cost of one goes as there are more of them: flat is good. */
export function growthPlot({ inFlight, bytes, us, processes, tabs }) {
  const medians = (points) => points.map(([x, spread]) => [x, spread.median])
  const panels = [
    {
      title: "Requests in flight: µs each",
      lines: {
        sessionchart: medians(inFlight.sessionchart),
        "hand-written wrapper": medians(inFlight.wrapper),
        "raw fetch": medians(inFlight.fetch),
      },
    },
    {
      title: "Idle sessions: bytes each",
      lines: { sessionchart: settled(100, medians(bytes.sessionchart)), "bare XState actor": settled(100, medians(bytes["bare-actor"])) },
    },
    {
      title: "Idle sessions: µs each to begin",
      lines: { sessionchart: settled(10, medians(us.sessionchart)), "bare XState actor": settled(10, medians(us["bare-actor"])) },
    },
    !processes.some(({ missing, failed }) => missing || failed) && {
      title: "Processes on one Redis: ms a session",
      lines: { sessionchart: processes.map(({ many, msPerSession }) => [many, msPerSession]) },
    },
    tabs.ms && {
      title: "Tabs: ms until all show a refresh",
      lines: { sessionchart: Object.entries(tabs.ms).map(([many, ms]) => [Number(many), ms]) },
    },
  ].filter(Boolean)
  const rows = Math.ceil(panels.length / 2)
  return svg(
    WIDTH,
    rows * PANEL.height,
    "Cost of one as there are more of them",
    panels.flatMap((panel, nth) => draw(panel, (nth % 2) * PANEL.width, Math.floor(nth / 2) * PANEL.height)),
  )
}

/** Of few sessions the process's own noise is larger than they are. */
const settled = (least, points) => points.filter(([x]) => x >= least)

function draw({ title, lines }, left, top) {
  const points = Object.values(lines).flat()
  const xs = [...new Set(points.map(([x]) => x))].toSorted((a, b) => a - b)
  const highest = niceAbove(Math.max(...points.map(([, y]) => y)))
  const { width, height } = PANEL
  const x0 = left + PANEL.left
  const y0 = top + height - PANEL.bottom
  const span = Math.log(xs.at(-1) / xs[0]) || 1
  const x = (value) => x0 + ((width - PANEL.left - PANEL.right) * Math.log(value / xs[0])) / span
  const y = (value) => y0 - ((height - PANEL.top - PANEL.bottom) * value) / highest
  let legend = x0
  return [
    text(left + 12, top + 22, title, { kind: "head" }),
    ...[0, 0.5, 1].flatMap((share) => [
      line(x0, y(share * highest), left + width - PANEL.right, y(share * highest), "grid"),
      text(x0 - 6, y(share * highest) + 4, number(share * highest), { kind: "soft small", anchor: "end" }),
    ]),
    ...xs.map((value) => text(x(value), y0 + 16, number(value), { kind: "soft small", anchor: "middle" })),
    ...Object.entries(lines).flatMap(([name, own], nth) => {
      const at = legend
      legend += 24 + name.length * 6.5
      return [
        curve(
          own.map(([a, b]) => [x(a), y(b)]),
          `c${nth}`,
        ),
        `<circle cx="${at}" cy="${top + 38}" r="4" class="c${nth}"/>`,
        text(at + 8, top + 42, name, { kind: "soft small" }),
      ]
    }),
  ]
}

/** 1, 2, 5, 10, 20, … */
function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)
}
