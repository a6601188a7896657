import manifest from "../package.json" with { type: "json" }

/** The package's own subpaths, as its users write them, lead to its sources: aliases for Vite. */
export const subpaths = Object.entries(manifest.exports)
  .filter(([, built]) => built.endsWith(".js"))
  .map(([path, built]) => ({
    find: new RegExp(`^sessionchart${path.slice(1)}$`),
    replacement: new URL(built.replace("./dist/", "../").replace(/\.js$/, ".ts"), import.meta.url).pathname,
  }))
