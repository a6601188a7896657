// E: what a browser has to load, in bytes: minified, gzip, brotli. Argument: { peers }. Sessionchart's parts are those of .size-limit.json.
import { build } from "esbuild"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { partOf } from "../run/part-of.js"
import { told } from "../run/told.js"

const { peers } = told
const root = fileURLToPath(new URL("../..", import.meta.url))

const entries = JSON.parse(readFileSync(`${root}.size-limit.json`, "utf8"))
const sessionchart = []
for (const { name, path, ignore } of entries) sessionchart.push({ name, ...(await sizeOf({ entryPoints: [root + path] }, ignore)) })
const [app] = sessionchart
for (const part of sessionchart.slice(1))
  part.more = { min: part.min - app.min, gzip: part.gzip - app.gzip, brotli: part.brotli - app.brotli }

const others = []
for (const { id, name } of peers) {
  const contents = `import { create } from "./adapters/${id}.js"; globalThis.create = create`
  const resolveDir = fileURLToPath(new URL("..", import.meta.url))
  const { min, gzip, brotli } = await sizeOf({ stdin: { contents, resolveDir } })
  others.push({ name, min, gzip, brotli })
}
console.log(JSON.stringify({ sessionchart, peers: others }))

async function sizeOf(entry, external = []) {
  const { outputFiles, metafile } = await build({
    ...entry,
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    legalComments: "none",
    metafile: true,
    external,
    logLevel: "error",
    absWorkingDir: root,
  })
  const [{ contents }] = outputFiles
  const [{ inputs }] = Object.values(metafile.outputs)
  return {
    min: contents.length,
    gzip: gzipSync(contents, { level: 9 }).length,
    brotli: brotliCompressSync(contents).length,
    parts: partsOf(inputs),
    hasInspector: Object.keys(inputs).some((path) => /dist\/src\/(inspector|charts)\//.test(path)),
  }
}

/** Minified bytes by whose they are. */
function partsOf(inputs) {
  const bytes = {}
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const owner = partOf(path) ?? "the app itself"
    bytes[owner] = (bytes[owner] ?? 0) + bytesInOutput
  }
  return bytes
}
