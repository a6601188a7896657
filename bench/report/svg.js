/** What plots are made of: strings of SVG, in colours that the reader's scheme decides. */
export const style = `<style>
  :root { color-scheme: light dark }
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .soft { fill: #59636e } .small { font-size: 11px } .head { font-size: 15px; font-weight: 600 }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .bar { fill: #8c959f } .ours { fill: #0969da }
  .line { fill: none; stroke-width: 2 } .dot { stroke: none }
  .c0 { stroke: #0969da; fill: #0969da } .c1 { stroke: #bc4c00; fill: #bc4c00 } .c2 { stroke: #6e7781; fill: #6e7781 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #3d444d }
    .bar { fill: #6e7681 } .ours { fill: #4493f8 }
    .c0 { stroke: #4493f8; fill: #4493f8 } .c1 { stroke: #f0883e; fill: #f0883e } .c2 { stroke: #9198a1; fill: #9198a1 }
  }
</style>`

const escaped = (words) => String(words).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

export const text = (x, y, words, { kind = "", anchor = "start" } = {}) =>
  `<text x="${round(x)}" y="${round(y)}" class="${kind}" text-anchor="${anchor}">${escaped(words)}</text>`

export const line = (x1, y1, x2, y2, kind) =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${kind}"/>`

export const bar = (x, y, width, height, kind) =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(1, width))}" height="${height}" rx="2" class="${kind}"/>`

export const curve = (points, kind) =>
  `<polyline points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ")}" class="line ${kind}" style="fill:none"/>${points
    .map(([x, y]) => `<circle cx="${round(x)}" cy="${round(y)}" r="3" class="dot ${kind}"/>`)
    .join("")}`

export const svg = (width, height, title, content) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">\n${style}\n${content.join("\n")}\n</svg>\n`

function round(value) {
  return Math.round(value * 10) / 10
}
