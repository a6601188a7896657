import { fileURLToPath } from "node:url"
import { build, type Rollup } from "vite"
import { expect, it } from "vitest"

/** What is in an app that imports these modules of the package, minified, by file. */
async function modulesOf(code: string): Promise<string[]> {
  const entry = "virtual:app"
  const output = (await build({
    configFile: false,
    logLevel: "error",
    plugins: [{ name: "app", resolveId: (id) => (id === entry ? entry : null), load: (id) => (id === entry ? code : null) }],
    build: { write: false, rollupOptions: { input: entry } },
  })) as Rollup.RollupOutput
  return output.output.flatMap((chunk) => (chunk.type === "chunk" ? Object.keys(chunk.modules) : []))
}

const src = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))
const names = ["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2", "bff"]

it.each(names)(
  "an app with the provider %s has no other one, no emulator, no store but memory, no React, no inspector and no drawing",
  async (name) => {
    const modules = await modulesOf(`
    import { createSession } from ${JSON.stringify(src("index.ts"))}
    import * as provider from ${JSON.stringify(src(`providers/${name}.ts`))}
    globalThis.app = [createSession, provider]`)
    expect(modules).toContain(src(`providers/${name}.ts`))
    const others = modules.filter((module) => /src\/(providers|testing|stores|react|inspector|charts|server|cli)\//.test(module))
    expect(others.toSorted()).toEqual([src(`providers/${name}.ts`), src("stores/memory.ts")].toSorted())
  },
)
