import type { Layout } from "../../src/charts/layout.types.ts"

/** A layout as a module of the package: a line for each box and arrow, so that a change shows where things went. */
export function layoutModule({ chart, width, height, boxes, arrows }: Layout): string {
  return `import type { Layout } from "../layout.types.ts"

// Written by npm run charts.
// oxfmt-ignore
export const layout: Layout = {
  chart: ${JSON.stringify(chart)}, width: ${width}, height: ${height},
  boxes: {
${linesOf(boxes)}
  },
  arrows: {
${linesOf(arrows)}
  },
}
`
}

function linesOf(entries: Readonly<Record<string, unknown>>): string {
  return Object.entries(entries)
    .map(([id, value]) => `    ${JSON.stringify(id)}: ${JSON.stringify(value).replace(/"(\w+)":/g, "$1:")},`)
    .join("\n")
}
