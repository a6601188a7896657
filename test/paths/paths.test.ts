import { afterAll, describe, expect, it } from "vitest"
import * as z from "zod/mini"
import { createRefreshMachine } from "../../machines/refresh.machine.ts"
import { sessionMachine } from "../../machines/session.machine.ts"
import { defineProvider, type OnDoubt, type Provider } from "../../src/index.ts"
import { emulatorOf, paths, type EmulatorDescription } from "../../src/testing/index.ts"
import { explore } from "../../src/testing/paths/explore.ts"
import { traitsOf } from "../../src/testing/paths/traits.ts"
import { providers } from "../golden/providers.ts"
import { Coverage } from "./coverage.ts"

const coverage = new Coverage()
const report: string[] = []
afterAll(() => console.log(report.join("\n")))

describe.each(Object.entries(providers) as [string, Provider<unknown, never>][])("every path of a session at %s", (name, provider) => {
  for (const path of paths(provider, { inspect: coverage.of(name) })) it(path.title, path.run)

  it("takes every transition of its refresh chart", ({ task }) => {
    const {
      states,
      edges,
      paths: { length },
    } = explore(traitsOf(provider))
    const { all, missing } = coverage.find(`refresh.${name}`, createRefreshMachine(provider))
    const many = `${states} states, ${edges} edges, ${length} paths`
    const result = `${all.length - missing.length} of ${all.length} transitions taken`
    report.push(`refresh.${name}: ${many}; ${result}`)
    task.meta.proof = { what: `${name}: every path of a session agrees with the emulator's own books`, many, result }
    expect(missing).toEqual([])
  })
})

describe("the paths of all providers together", () => {
  it("take every transition of the session chart", ({ task }) => {
    const { all, missing } = coverage.find("session", sessionMachine)
    const result = `${all.length - missing.length} of ${all.length} transitions taken`
    report.push(`session: ${result}`)
    task.meta.proof = { what: "the session chart, by the paths of all providers", many: "all of the above", result }
    expect(missing).toEqual([])
  })
})

describe.each(["replay", "end"] as const)(
  "paths that begin in doubt, at a provider of one's own that is left alone for a minute before %s",
  (then) => {
    // oxlint-disable-next-line unicorn/no-thenable -- nobody awaits a rule
    const provider = acme({ holdMs: 60_000, then })
    const own = new Coverage()
    const walked = paths(provider, {
      emulator: ({ clock, accessTokenTtlS }) => emulatorOf({ ...description, accessTokenTtlS }, { clock }),
      rotation: "always",
      inspect: own.of("acme"),
    })
    for (const path of walked.filter(({ title }) => title.startsWith("a lapsed record that is marked as sent"))) it(path.title, path.run)

    it("take both ways out of the doubt", () => {
      expect(own.find("refresh.acme", createRefreshMachine(provider)).missing.filter((line) => line.includes("inDoubt"))).toEqual([])
    })

    it("are some of many", () => expect(walked.length).toBeGreaterThan(500))
  },
)

const description: EmulatorDescription<string> = {
  options: (url) => url,
  refresh: { method: "POST", path: "/refresh", credential: ({ json }) => json["token"] },
  reply: ({ accessToken, refreshToken, expiresInS }) => ({ accessToken, refreshToken, expiresInS }),
  refusal: { status: 400, body: { error: "gone" } },
}

function acme(onDoubt: OnDoubt): Provider {
  const source = { document: "Acme's own", section: "Refresh" }
  return defineProvider({
    id: "acme",
    rules: {
      credential: "body",
      expiry: { from: ["reply"], take: "first", otherwiseS: null },
      issuedAt: ["date"],
      rotation: "always",
      window: null,
      oldToken: "lives",
      answers: { gone: { verdict: "refused", when: { status: [400], body: { error: "gone" } }, says: "It has run out.", source } },
      onDoubt,
      runsOn: "anywhere",
    },
    origins: ["https://provider.test"],
    reply: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresInS: z.number() }),
    read: ({ body }) => body,
    refresh: ({ refreshToken }) => ({ method: "POST", url: "https://provider.test/refresh", json: { token: refreshToken } }),
  })
}
