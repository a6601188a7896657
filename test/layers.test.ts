import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { describe, expect, it } from "vitest"

const root = new URL("..", import.meta.url).pathname

/** Who may import whom: a layer, and the layers and packages below it. The first pattern that fits a file is its layer. */
const layers: readonly { readonly name: string; readonly files: RegExp; readonly mayImport: readonly string[] }[] = [
  { name: "errors", files: /^src\/errors\.ts$/, mayImport: ["core (types)"] },
  { name: "core", files: /^src\/core\//, mayImport: ["core", "errors", "zod/mini"] },
  { name: "machines", files: /^machines\//, mayImport: ["machines", "core", "xstate"] },
  { name: "providers", files: /^src\/providers\//, mayImport: ["core", "zod/mini"] },
  { name: "stores", files: /^src\/stores\//, mayImport: ["core", "errors", "stores"] },
  { name: "emulators", files: /^src\/testing\/(emulators\/|emulator)/, mayImport: ["emulators", "core (types)"] },
  { name: "emulator server", files: /^src\/testing\/node\.ts$/, mayImport: ["emulators", "node:http", "node:stream", "node:net"] },
  {
    name: "testing",
    files: /^src\/testing\//,
    mayImport: ["testing", "emulators", "core", "session", "stores", "machines", "xstate", "xstate/graph"],
  },
  {
    name: "server",
    files: /^src\/server\//,
    mayImport: ["server", "session", "core", "errors", "machines (types)", "stores", "zod/mini", "jose"],
  },
  { name: "ofetch", files: /^src\/ofetch\.ts$/, mayImport: ["errors", "session", "ofetch"] },
  {
    name: "charts",
    files: /^src\/charts\//,
    mayImport: ["charts", "core (types)", "errors", "xstate (types)", "elkjs/lib/elk.bundled.js (types)"],
  },
  {
    name: "command",
    files: /^src\/cli\//,
    mayImport: [
      "command",
      "charts",
      "machines",
      "providers",
      "core (types)",
      "xstate (types)",
      "node:fs",
      "node:path",
      "node:url",
      "node:util",
    ],
  },
  {
    name: "inspector",
    files: /^src\/inspector\//,
    mayImport: ["inspector", "react", "charts", "machines", "session (types)", "core (types)", "xstate (types)"],
  },
  { name: "react", files: /^src\/react\//, mayImport: ["react", "errors", "session (types)", "core (types)"] },
  {
    name: "session",
    files: /^src\//,
    mayImport: ["session", "core", "errors", "machines", "machines (types)", "stores", "xstate", "zod/mini"],
  },
]

describe("imports go one way", () => {
  const files = ["src", "machines"].flatMap(filesIn).map((file) => relative(root, file))

  it.each(files)("%s imports only what lies below it", (file) => {
    const layer = layerOf(file)
    for (const { specifier, isType } of importsOf(file)) {
      const target = specifier.startsWith(".")
        ? (layerOf(relative(root, join(root, dirname(file), specifier)))?.name ?? specifier)
        : specifier
      const allowed = layer?.mayImport ?? []
      expect(
        allowed.includes(target) || (isType && allowed.includes(`${target} (types)`)),
        `${file} (${layer?.name}) imports ${specifier} (${target})`,
      ).toBe(true)
    }
  })

  it("looks at every file of the library", () => expect(files.length).toBeGreaterThan(40))

  it("the tests never import a built file", () => {
    const tests = filesIn("test").flatMap((file) => importsOf(relative(root, file)))
    expect(tests.filter(({ specifier }) => specifier.includes("/dist/"))).toEqual([])
  })
})

function layerOf(file: string) {
  return layers.find(({ files }) => files.test(file))
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The import and re-export statements of a file; a statement whose names are all types is one of types. */
function importsOf(file: string): { specifier: string; isType: boolean }[] {
  const text = readFileSync(join(root, file), "utf8")
  return [...text.matchAll(/^(?:import|export) (type )?(?:(\{[^}]*\}|[\w*][^"']*?) from )?"([^"]+)"/gm)].map(
    ([, type, names, specifier]) => ({
      specifier: specifier!,
      isType:
        type !== undefined ||
        (names?.startsWith("{") === true &&
          names
            .slice(1, -1)
            .split(",")
            .every((name) => /^\s*(type |$)/.test(name))),
    }),
  )
}
