import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { createRefreshMachine } from "../../machines/refresh.machine.ts"
import { commerceEngine } from "../../src/providers/commerce-engine.ts"
import { geins } from "../../src/providers/geins.ts"
import { menu } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { unisouk } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { FAULTS, reply, verdictOn, type Reads } from "./provider-at-work.ts"

const baseUrl = "https://api.example"
const makers: Record<string, () => Reads & { readonly id: string }> = {
  geins: () => geins({ account: "acme", merchantApiKey: "key" }),
  unisouk: () => unisouk({ storeId: "1", baseUrl }),
  menu: () => menu({ application: "app", apiVersion: "1", deviceUuid: "2", baseUrl }),
  "commerce-engine": () => commerceEngine({ baseUrl, apiKey: "key" }),
  vault: () => vault({ partnerId: 1 }),
  oauth2: () => oauth2({ tokenUrl: "https://login.example/token", clientId: "client" }),
}

const folder = new URL("../../src/providers/", import.meta.url)
const sourceOf = (file: string) => readFileSync(new URL(file, folder), "utf8")

describe.each(Object.entries(makers))("%s", (id, make) => {
  const { rules } = make()
  const refusals = Object.entries(rules.answers).filter(([, { verdict }]) => verdict === "refused")

  test("its id is the name of its file", () => {
    expect(make().id).toBe(id)
    expect(sourceOf(`${id}.ts`)).toContain(`id: "${id}"`)
  })

  test("every named answer says its rule, and where the rule is written", () => {
    for (const { says, source } of Object.values(rules.answers)) {
      expect(says).toMatch(/^[A-Z].{20,}\.$/)
      expect(source.document).not.toBe("")
      expect(source.section).not.toBe("")
      expect(source.url).toMatch(/^https:\/\//)
    }
  })

  test("every named answer is a fact, in camel case", () => {
    for (const name of Object.keys(rules.answers)) expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)*$/)
  })

  test("its chart has one end for each answer that refuses", () => {
    const ends: Record<string, unknown> = createRefreshMachine(make()).states["ended"]!.states
    expect(Object.keys(ends)).toEqual(refusals.map(([name]) => name))
    for (const [name, { says }] of refusals) expect(ends[name]).toMatchObject({ type: "final", description: says })
  })

  test("all that is made of it shares one set of rules, hence one chart", () => {
    expect(make().rules).toBe(rules)
    expect(make()).not.toBe(make())
  })

  test.each(FAULTS)("a %s ends nothing", async (_, answer) => {
    expect((await verdictOn(make(), answer)).is).not.toBe("refused")
  })

  test("any other 401 refuses, by the provider's own rule where it has one for them all", async () => {
    const answer = { geins: "refreshTokenExpired", unisouk: "refreshTokenExpired", menu: "tokenRefused" }[id] ?? "unauthorized"
    expect(await verdictOn(make(), reply(401, { something: "else" }))).toEqual({ is: "refused", answer })
  })

  test("one rule takes every 401, and none for a 401 stands behind it", () => {
    const for401 = Object.values(rules.answers).filter(({ when }) => when.status?.includes(401) ?? when.isAnothers !== true)
    const forAll401 = for401.filter(({ when }) => Object.keys(when).join() === "status")
    expect(forAll401).toEqual(for401.slice(-1))
  })
})

describe.each(readdirSync(folder))("src/providers/%s", (file) => {
  const source = sourceOf(file)

  test("is data: it decides nothing and waits for nothing", () => {
    expect(withoutWords(source)).not.toMatch(/\b(if|else|switch|for|while|async|await|class|try|throw|fetch)\b/)
    expect(withoutWords(source).match(/ \? /g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  test("says of every rule what it stands on", () => {
    const rules = /^const rules: Rules = \{\n(.*?)^\}/ms.exec(source)?.[1] ?? ""
    const lines = rules.split("\n")
    const unexplained = lines.filter((line, at) => /^ {2}(?!answers)[a-zA-Z]+: /.test(line) && !lines[at - 1]?.endsWith("*/"))
    expect(lines.length).toBeGreaterThan(20)
    expect(unexplained).toEqual([])
  })

  test("begins with what it exports", () => {
    expect(/^(?:export )?(?:function|const|interface|type) .*$/m.exec(source)?.[0]).toMatch(/^export function/)
  })
})

/** A source without its comments and strings. */
function withoutWords(source: string): string {
  return source
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/(?<!:)\/\/.*$/gm, "")
    .replaceAll(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, '""')
}
