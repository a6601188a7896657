import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { cpus, loadavg, totalmem } from "node:os"

/** Where, when and of what a run is. @param {readonly string[]} packages whose versions count */
export function machine(packages) {
  const processors = cpus()
  return {
    date: new Date().toISOString(),
    commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "src", "machines") === "" ? "" : ", with changes"),
    processor: `${processors.length} × ${processors[0].model}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round(loadavg()[0] * 10) / 10,
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
    },
  }
}

function git(...command) {
  return execFileSync("git", command, { encoding: "utf8", cwd: new URL("../..", import.meta.url) }).trim()
}

/** Of the bench's own packages; xstate, zod and ofetch of the library are its own. */
function versionOf(name) {
  const manifest = ["../node_modules/", "../../node_modules/"]
    .map((folder) => new URL(`${folder}${name}/package.json`, import.meta.url))
    .find(existsSync)
  return JSON.parse(readFileSync(manifest, "utf8")).version
}
