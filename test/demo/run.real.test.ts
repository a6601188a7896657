import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { run } from "../../demo/run.ts"
import { openStage } from "../../demo/stage.ts"
import { surroundings } from "./surroundings.ts"

// Real servers and real time: tokens live for three seconds. The lives are lived side by side.
describe.concurrent("over real HTTP", () => {
  it("a provider lives through everything in less than 20 s, in plain lines where there is no terminal", async () => {
    const around = surroundings()
    const startedAt = Date.now()
    expect(await run(["menu"], around), around.stdout.text).toBe(0)
    expect(Date.now() - startedAt).toBeLessThan(20_000)
    expect(around.stdout.text).not.toContain("\x1b")
    for (const line of [
      /^ +\d+\.\d s  menu +authenticating → active$/m,
      /menu +expiring.usable → refreshing \(running, usable\)$/m,
      /menu +GET \/api\/customers\/refresh: 503$/m,
      /menu +GET \/api\/customers\/refresh: done, but the answer is lost$/m,
      /menu +GET \/resource\/cart: 401$/m,
      /menu +active → loggedOut: user$/m,
      /^ ✓ menu +5 +5 +\d+ +(\d+) of \1 +user$/m,
    ])
      expect(around.stdout.text).toMatch(line)
  })

  it("a terminal gets a drawing in colour, and its cursor back", async () => {
    const around = surroundings({ stdout: { isTTY: true, columns: 100, rows: 40 } })
    expect(await run(["vault", "unisouk"], around), around.stdout.text).toBe(0)
    expect(around.stdout.text.startsWith("\x1b[?25l")).toBe(true)
    expect(around.stdout.text.split("\x1b[?25h")).toHaveLength(2)
    expect(around.stdout.text.split("\x1b[?2026h").length).toBeGreaterThan(50)
    for (const glyph of ["▸", "↻", "✂", "⏻", "✓"]) expect(around.stdout.text).toContain(glyph)
  })

  it("a session that the provider revokes is a life cut short: exit code 1, and a sentence that names the rule", async () => {
    const around = surroundings({
      open: async (name) => {
        const stage = await openStage(name)
        void sleep(1_000).then(() => stage.emulator.revokeSession())
        return stage
      },
    })
    expect(await run(["commerce-engine"], around)).toBe(1)
    expect(around.stdout.text).toMatch(/^ ✗ commerce-engine/m)
    expect(around.stdout.text).toMatch(/commerce-engine: could not live through expiry: .*session has ended/)
    expect(around.stdout.text).toMatch(/commerce-engine: the session ended by "\w+", not by the user\./)
  })

  it("a strict server refuses the replay of a lost answer, and the session ends by that rule", async () => {
    const around = surroundings({ open: (name) => openStage(name, { graceS: 0 }) })
    expect(await run(["vault"], around)).toBe(1)
    expect(around.stdout.text).toContain('vault: the session ended by "refreshTokenExpired", not by the user.')
    expect(around.stdout.text).toContain("vault: presented a spent credential again, 1 ×.")
  })

  it("a server that keeps a session alive after its logout is found out", async () => {
    const around = surroundings({
      open: async (name) => {
        const stage = await openStage(name)
        stage.emulator.fail({ on: "logout", with: 500 })
        return stage
      },
    })
    expect(await run(["geins"], around)).toBe(1)
    expect(around.stdout.text).toContain("geins: a session is still alive at the provider after the logout.")
  })

  it("Ctrl-C ends it at once with 130, and gives the cursor back", async () => {
    const around = surroundings({ stdout: { isTTY: true, columns: 80, rows: 24 }, signal: AbortSignal.timeout(500) })
    const startedAt = Date.now()
    expect(await run([], around)).toBe(130)
    expect(Date.now() - startedAt).toBeLessThan(2_000)
    expect(around.stdout.text.endsWith("\x1b[?25h")).toBe(true)
  })
})
