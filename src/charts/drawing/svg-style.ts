import { palette } from "./palette.ts"
import { typeScale } from "./type-scale.ts"

const { family, title, text } = typeScale

/** The style sheet of a drawing. It names its own class everywhere, so that a drawing inside a page leaves the page alone. */
export const svgStyle = [
  `.sessionchart{${variables("light")};font-family:${family}}`,
  `@media (prefers-color-scheme:dark){.sessionchart{${variables("dark")}}}`,
  ...[
    `text{font-size:${text.size}px;font-weight:${text.weight};fill:var(--ink)}`,
    `.title{font-size:${title.size}px;font-weight:${title.weight}}`,
    `.description,.detail{fill:var(--muted)}`,
    `.guard{font-style:italic;fill:var(--guard)}`,
    `.canvas{fill:var(--canvas)}`,
    `.state>rect{fill:var(--box);stroke:var(--border)}`,
    `.inner>rect{fill:var(--inner)}`,
    `.region>rect{stroke-dasharray:5 4}`,
    `.gathering>rect{fill:var(--canvas);stroke:var(--border);stroke-dasharray:1.5 3;stroke-linecap:round}`,
    `.way path{fill:none;stroke:var(--arrow);stroke-width:1.25}`,
    `.way .head,.way circle{fill:var(--arrow);stroke:none}`,
    `.words>rect{fill:var(--words)}`,
    `.state[data-active]>rect{fill:var(--activeBox);stroke:var(--active);stroke-width:2}`,
    `.way[data-taken] path{stroke:var(--active);stroke-width:2}`,
    `.way[data-taken] .head{fill:var(--active);stroke:none}`,
    `[data-transition][data-taken] text,[data-transition][data-taken] tspan{fill:var(--active)}`,
  ].map((rule) => rule.replace(/^[^{]+/, (selectors) => selectors.replace(/(^|,)/g, "$1.sessionchart "))),
].join("\n")

function variables(scheme: keyof typeof palette): string {
  return Object.entries(palette[scheme])
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";")
}
