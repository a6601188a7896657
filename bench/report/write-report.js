import { writeFileSync } from "node:fs"
import { figures } from "./figures.js"
import { growthPlot } from "./growth-plot.js"
import { markdown } from "./markdown.js"
import { overheadPlot } from "./overhead-plot.js"

/**
 * Writes a run's tables and plots: of a full run `README.md`, `overhead.svg` and `growth.svg`, of a short one `short.md` and so on.
 *
 * @param {object} results
 * @param {URL} folder
 * @returns {string} the Markdown
 */
export function writeReport(results, folder) {
  const found = figures(results)
  const prefix = results.mode === "short" ? "short-" : ""
  const drawn = {
    ...(found.A && { overhead: overheadPlot(found.A, results.contenders) }),
    ...(found.growth && { growth: growthPlot(found.growth) }),
  }
  for (const [name, svg] of Object.entries(drawn)) writeFileSync(new URL(`${prefix}${name}.svg`, folder), svg)
  const text = markdown(results, found, Object.fromEntries(Object.keys(drawn).map((name) => [name, `${prefix}${name}.svg`])))
  writeFileSync(new URL(results.mode === "short" ? "short.md" : "README.md", folder), text)
  return text
}
