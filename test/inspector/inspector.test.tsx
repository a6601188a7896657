// @vitest-environment jsdom
import { act, render, screen, within } from "@testing-library/react"
import { userEvent } from "@testing-library/user-event"
import { renderToString } from "react-dom/server"
import { beforeAll, expect, test } from "vitest"
import { chartOf } from "../../src/charts/chart-of.ts"
import type { Chart } from "../../src/charts/chart.types.ts"
import { headId, sketchOf } from "../../src/charts/drawing/sketch-of.ts"
import type { SketchBox } from "../../src/charts/drawing/sketch.types.ts"
import type { Layout } from "../../src/charts/index.ts"
import { shippedLayouts } from "../../src/charts/layouts/shipped-layouts.ts"
import { createRefreshMachine } from "../../machines/refresh.machine.ts"
import { SessionInspector } from "../../src/inspector/index.ts"
import { createSession, type Provider } from "../../src/index.ts"
import { manualClock } from "../../src/testing/index.ts"
import type { Emulator } from "../../src/testing/emulator.types.ts"
import { PROVIDERS, setting } from "../session/setting.ts"
import { Overheard } from "../session/overheard.ts"
import { secretsOf } from "../session/secrets-of.ts"
import { supabase } from "../seventh/supabase.ts"

// Loaded by now, so that a chart is drawn where it ships as soon as promises have settled.
beforeAll(() => Promise.all(Object.values(shippedLayouts).map((load) => load())))

const statesIn = (chart: HTMLElement) => [...chart.querySelectorAll("[data-active]")].map((state) => state.getAttribute("data-state"))
const takenIn = (chart: HTMLElement) =>
  [...chart.querySelectorAll("[data-transition][data-taken]")].map((each) => each.getAttribute("data-transition"))

/** An inspector of a session that has not begun, its chart drawn as it ships. */
async function inspected(name: "vault" | "menu" = "vault") {
  const set = setting(name)
  const page = render(<SessionInspector session={set.session} />)
  await act(() => set.clock.settle())
  return {
    ...set,
    page,
    session: set.session,
    pass: (ms: number) => act(() => set.clock.advance(ms)),
    chart: screen.getByRole("region", { name: "Session chart" }),
    refreshChart: () => screen.getByRole("region", { name: "Refresh chart" }),
  }
}

test("shows which state the session is in, and how it came there", async () => {
  const { chart, signIn, session } = await inspected()
  expect(statesIn(chart)).toEqual(["unauthenticated"])
  await act(() => signIn(session))
  expect(screen.getByRole("status").textContent).toContain("active · requests go out")
  expect(statesIn(chart)).toEqual(["active"])
  expect(takenIn(chart)).toEqual(["unauthenticated grant.accepted 0"])
})

test("shows both regions of a refresh that cannot go on, and why", async () => {
  const { chart, emulator, signIn, session } = await inspected()
  await act(() => signIn(session))
  emulator.fail({ on: "refresh", with: 503, retryAfter: 60 })
  await act(() => session.refresh().catch(() => {}))
  expect(statesIn(chart)).toEqual([
    "refreshing",
    "refreshing.attempt",
    "refreshing.attempt.backingOff",
    "refreshing.credential",
    "refreshing.credential.usable",
  ])
  expect(screen.getByText(/vault: refresh was answered 503/)).toBeTruthy()
  expect(screen.getByRole("status").textContent).toContain("degraded: network")
})

test("draws the provider's refresh chart while a refresh runs, and the way that it took when it is over", async () => {
  const { emulator, refreshChart, signIn, session, pass } = await inspected()
  await act(() => signIn(session))
  expect(screen.queryByRole("region", { name: "Refresh chart" })).toBeNull()
  emulator.fail({ on: "refresh", with: "hang" })
  await act(async () => void session.refresh().catch(() => {}))
  await pass(1_000)
  expect(statesIn(refreshChart())).toEqual(["requesting"])
  expect(screen.getByText("running", { selector: ".quiet" })).toBeTruthy()
  await pass(120_000)
  expect(session.getSnapshot()).toMatchObject({ status: "active", generation: 2 })
  expect(statesIn(refreshChart())).toEqual(["granted"])
  expect(screen.getByText("last one: granted")).toBeTruthy()
  expect(takenIn(refreshChart())).toEqual(expect.arrayContaining(["inDoubt always 0", "requesting done 0", "committing done 2"]))
})

test("an event that is ignored leaves the last transition to be seen", async () => {
  const { chart, signIn, session } = await inspected()
  await act(() => signIn(session))
  await act(async () => session.touch())
  expect(takenIn(chart)).toEqual(["unauthenticated grant.accepted 0"])
})

test("counts the deadlines down by the session's clock, and stops when there are none", async () => {
  const { clock, signIn, session, pass } = await inspected("menu")
  expect(screen.getByText("Nobody is signed in: no deadlines.")).toBeTruthy()
  await act(() => signIn(session))
  const bars = () => screen.getAllByRole("definition").map((each) => each.textContent)
  expect(bars()).toEqual(["in 15:00", "in 30 d 0 h"])
  await pass(61_000)
  expect(bars()).toEqual(["in 13:59", "in 29 d 23 h"])
  await pass(14 * 60_000)
  expect(bars()).toEqual(["passed", "in 29 d 23 h"])
  await act(() => session.logout())
  expect(screen.getByText("Nobody is signed in: no deadlines.")).toBeTruthy()
  expect(clock.pending).toBe(0)
})

test("tells the trail as a list, the newest first, with the rule that ended a session and where it is written", async () => {
  const { emulator, signIn, session } = await inspected()
  await act(() => signIn(session))
  emulator.revokeSession()
  await act(() => session.refresh().catch(() => {}))
  const trail = within(screen.getByRole("region", { name: "Trail" }))
  const entries = trail.getAllByRole("listitem").map(({ textContent }) => textContent)
  expect(entries[0]).toMatch(/session.*refreshing.*→ loggedOut/)
  expect(entries.some((text) => text.includes("refreshTokenExpired"))).toBe(true)
  expect(trail.getAllByRole("link").map(({ textContent }) => textContent)).toContain("Refreshing Access Tokens, v3.0")
  expect(screen.getByRole("status").textContent).toContain("loggedOut · refreshTokenExpired")
})

test("of two inspectors one goes on when the other leaves", async () => {
  const { session, signIn, chart, page } = await inspected()
  const other = render(<SessionInspector session={session} />)
  other.unmount()
  await act(() => signIn(session))
  expect(statesIn(chart)).toEqual(["active"])
  page.unmount()
})

test("the floating panel opens and closes with the keyboard", async () => {
  const { session } = setting("vault")
  render(<SessionInspector session={session} floating />)
  const user = userEvent.setup()
  expect(screen.queryByRole("region", { name: "Session inspector" })).toBeNull()
  await user.tab()
  await user.keyboard("{Enter}")
  expect(screen.getByRole("region", { name: "Session inspector" })).toBeTruthy()
  await user.tab({ shift: true })
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Trail")
  await user.keyboard("{Escape}")
  expect(screen.queryByRole("region", { name: "Session inspector" })).toBeNull()
})

test("I12 S29 rendering it, on a server too, starts nothing; leaving it leaves no timer and no listener behind", async () => {
  const { clock, session, emulator } = setting("menu")
  expect(renderToString(<SessionInspector session={session} />)).toContain("restoring")
  expect(clock.pending).toBe(0)
  expect(emulator.log).toEqual([])
  await act(() => session.ready())
  const before = clock.pending
  const page = render(<SessionInspector session={session} />)
  await act(() => session.login(emulator.credentials))
  await act(() => session.logout())
  page.unmount()
  expect(clock.pending).toBe(before)
})

test("draws the charts of a provider of one's own as nested boxes, or where a layout says", async () => {
  const provider = supabase({ url: "https://acme.example", anonKey: "anon" }) as Provider<unknown, never>
  const layout = anyLayoutOf(chartOf(createRefreshMachine(provider)))
  for (const layouts of [[], [layout]]) {
    const clock = manualClock()
    const session = createSession({ provider, clock, fetch: async () => new Response(null, { status: 503 }) })
    const page = render(<SessionInspector session={session} layouts={layouts} />)
    await act(() => session.accept({ accessToken: "a", refreshToken: "r" }))
    await act(() => session.refresh().catch(() => {}))
    await act(() => clock.settle())
    const chart = screen.getByRole("region", { name: "Refresh chart" })
    expect(statesIn(chart)).toEqual(["unavailable"])
    expect(chart.querySelectorAll("[data-arrow]").length > 0).toBe(layouts.length > 0)
    session.stop()
    page.unmount()
  }
})

/** A layout with room for everything, all of it in one corner. */
function anyLayoutOf(chart: Chart): Layout {
  const { root, arrows } = sketchOf(chart)
  const corner = { x: 0, y: 0, width: 999, height: 999 }
  const idsIn = (box: SketchBox): string[] => (box.kind === "state" ? [box.id, headId(box.id), ...box.boxes.flatMap(idsIn)] : [box.id])
  return {
    chart: chart.id,
    ...corner,
    boxes: Object.fromEntries(idsIn(root).map((id) => [id, corner])),
    arrows: Object.fromEntries(arrows.map(({ id }) => [id, { points: [corner, { x: 9, y: 9 }], label: corner }])),
  }
}

/** Geins' tokens never come to a page at all. */
const inBrowsers = PROVIDERS.filter((name) => name !== "geins")

test.each(inBrowsers)("S19 I8 whatever it shows of a session at %s holds no secret", async (name) => {
  const { clock, emulator, session, signIn } = setting(name, { emulator: { graceS: 7200, cookies: "jar" } })
  const heard = new Overheard()
  const { container } = render(<SessionInspector session={session} />)
  const observer = new MutationObserver(() => heard.hear(container.innerHTML))
  observer.observe(container, { attributes: true, characterData: true, childList: true, subtree: true })
  await act(() => signIn(session))
  for (const fault of [503, "garbage", "network"] as const) {
    ;(emulator as unknown as Emulator).fail({ on: "refresh", with: fault })
    await act(() => session.refresh().catch(() => {}))
    await act(() => clock.advance(600_000))
  }
  emulator.revokeSession()
  await act(() => session.refresh().catch(() => {}))
  observer.disconnect()
  expect(heard.of(["loggedOut", "refreshing"])).toEqual(["loggedOut", "refreshing"])
  const secrets = secretsOf(emulator as unknown as Emulator)
  expect(secrets.length).toBeGreaterThan(2)
  expect(heard.of(secrets)).toEqual([])
})
