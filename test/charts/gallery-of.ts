/** The page that shows all shipped charts. */
export function galleryOf(names: readonly string[]): string {
  const sections = names.map(
    (name) => `## ${name}

![The ${name === "session" ? "session chart" : `refresh chart of ${name}`}](${name}.svg)

[SVG](${name}.svg) · [Mermaid](${name}.mmd)
`,
  )
  return `# The charts

Drawn from the code by \`npm run charts\`; a test fails when one is stale. Open an SVG by itself and point at a transition, and it tells the
rule that it holds and where that is written. Draw your own: \`npx sessionchart chart ./my-provider.js --out my-provider.svg\`.

- A box with a dashed border is a region: all regions of a state are active side by side. A double border ends the chart.
- A dotted box gathers what would be an arrow from nearly every state, or a long way back.
- Inside a box: the actor that runs there, and what happens without leaving, as \`event [guard] / action\`.
- \`[else]\` is taken where the guards of the branches before it say no.

${sections.join("\n")}`
}
