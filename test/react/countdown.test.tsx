// @vitest-environment jsdom
import { act, render, screen } from "@testing-library/react"
import { userEvent } from "@testing-library/user-event"
import { Profiler, StrictMode, useEffect, type ReactNode } from "react"
import { expect, test } from "vitest"
import { createSessionHooks, SessionProvider, useSessionCountdown, type CountdownOptions } from "../../src/react/index.ts"
import { manualClock } from "../../src/testing/index.ts"
import { aheadBy, DAY, HOUR, MINUTE, SECOND, setting } from "../session/setting.ts"
import { useSession } from "./shop.tsx"

/** A customer whose session ends ten minutes after its last refresh, and refreshes only when somebody asks. */
async function lounge(options: Parameters<typeof setting<"commerce-engine">>[1] = {}) {
  const set = setting("commerce-engine", {
    keepAlive: "on-demand",
    ...options,
    emulator: { accessTokenTtlS: 60, refreshTokenTtlS: 600, ...options.emulator },
  })
  await set.signIn(set.session)
  await set.clock.settle()
  return {
    ...set,
    visit: (page: ReactNode) => render(<SessionProvider session={set.session}>{page}</SessionProvider>),
    pass: (ms: number) => act(() => set.clock.advance(ms)),
  }
}

function Countdown(options: CountdownOptions) {
  const secondsLeft = useSessionCountdown(options)
  return <p role="timer">{secondsLeft ?? "no end in sight"}</p>
}

const shown = () => screen.getAllByRole("timer").map(({ textContent }) => textContent)

test("S24 a dialog counts the last minute down, and goes away when the customer stays", async () => {
  const user = userEvent.setup()
  const { clock, emulator, visit, pass } = await lounge()
  function Dialog() {
    const secondsLeft = useSessionCountdown({ withinS: 60 })
    const refresh = useSession((s) => s.refresh)
    if (secondsLeft === null) return null
    return (
      <dialog open aria-label="Your session is about to end">
        <p role="timer">{secondsLeft}</p>
        <button onClick={() => void refresh()}>Stay signed in</button>
      </dialog>
    )
  }
  visit(<Dialog />)
  await pass(8 * MINUTE + 59 * SECOND)
  expect(screen.queryByRole("dialog")).toBeNull()
  await pass(SECOND)
  expect(shown()).toEqual(["60"])
  await pass(18 * SECOND)
  expect(shown()).toEqual(["42"])
  await user.click(screen.getByRole("button", { name: "Stay signed in" }))
  await act(() => clock.settle())
  expect(screen.queryByRole("dialog")).toBeNull()
  expect(emulator.stats.refreshes).toBe(1)
  await pass(9 * MINUTE)
  expect(shown()).toEqual(["60"])
})

test("S24 the countdown stops at 0, and ends when the session does", async () => {
  const { session, visit, pass } = await lounge()
  function Page() {
    const secondsLeft = useSessionCountdown()
    const [reason, refresh] = [useSession((s) => s.reason), useSession((s) => s.refresh)]
    useEffect(() => {
      if (secondsLeft === 0) refresh().catch(() => {}) // `reason` says what became of it
    }, [secondsLeft, refresh])
    return <p role="timer">{secondsLeft ?? `ended: ${reason}`}</p>
  }
  visit(<Page />)
  await pass(10 * MINUTE - SECOND)
  expect(shown()).toEqual(["1"])
  await pass(5 * SECOND)
  expect(shown()).toEqual(["ended: windowClosed"])
  expect(session.getSnapshot().status).toBe("loggedOut")
})

test("it shows every second once", async () => {
  const { visit, pass } = await lounge()
  const seconds: (string | undefined)[] = []
  visit(
    <Profiler id="countdown" onRender={() => void seconds.push(shown()[0] ?? "")}>
      <Countdown />
    </Profiler>,
  )
  for (let ticks = 0; ticks < 50; ticks++) await pass(100)
  expect(seconds).toEqual(["600", "599", "598", "597", "596", "595"])
})

test("after sleep it shows the second that it is, at once and without a new timer", async () => {
  const { clock, visit, pass } = await lounge()
  const { rerender } = visit(<Countdown />)
  await pass(2_300)
  expect(shown()).toEqual(["598"])
  clock.sleep(4 * MINUTE + 500)
  await act(async () => clock.wake())
  expect(shown()).toEqual(["358"])
  expect(clock.platformTimers).toBe(1)
  await pass(300)
  expect(shown()).toEqual(["357"])
  clock.sleep(HOUR)
  rerender(<p>another page</p>)
  visit(<Countdown />) // rendered before anybody has noticed
  expect(shown()).toEqual(["0"])
})

test.each([DAY, -DAY, 1_500, -1_500])(
  "a clock that is %i ms off the provider's shows the seconds that are left, never more",
  async (off) => {
    const clock = manualClock()
    const { visit, pass } = await lounge({ clock, emulator: { clock: aheadBy(off, clock) } })
    visit(<Countdown />)
    await pass(5 * MINUTE)
    expect(Number(shown()[0])).toBeLessThanOrEqual(300)
    expect(Number(shown()[0])).toBeGreaterThanOrEqual(298)
  },
)

test("a hundred countdowns have one timer, in StrictMode too; without them, or an end, there is none", async () => {
  const { clock, session, visit, pass } = await lounge()
  session.subscribe(() => {})
  const before = clock.pending
  const crowd = Array.from({ length: 100 }, (_, number) => <Countdown key={number} withinS={number % 2 ? Infinity : 300} />)
  const { unmount } = visit(<StrictMode>{crowd}</StrictMode>)
  expect(clock.pending).toBe(before + 1)
  await pass(30 * SECOND)
  expect(clock.pending).toBe(before + 1)
  expect(new Set(shown())).toEqual(new Set(["570", "no end in sight"]))
  await act(() => session.logout())
  const timers = clock.pending
  expect(new Set(shown())).toEqual(new Set(["no end in sight"]))
  unmount()
  expect(clock.pending).toBe(timers)
})

test("before its last seconds it neither renders nor wakes", async () => {
  const { clock, visit, pass } = await lounge()
  const timers: number[] = []
  const setTimeout = clock.setTimeout.bind(clock)
  Object.assign(clock, {
    setTimeout: (callback: () => void, ms: number) => {
      timers.push(ms)
      return setTimeout(callback, ms)
    },
  })
  let commits = 0
  visit(
    <Profiler id="last minute" onRender={() => void commits++}>
      <Countdown withinS={60} />
    </Profiler>,
  )
  const ours = timers.splice(0)
  expect(ours).toContain(9 * MINUTE)
  await pass(9 * MINUTE - 1)
  expect(commits).toBe(1)
  await pass(1)
  expect([commits, ...shown()]).toEqual([2, "60"])
  for (let seconds = 0; seconds < 3; seconds++) await pass(SECOND)
  expect(commits).toBe(5)
})

test("a session whose end nobody knows counts nothing down", async () => {
  const { clock, session, signIn } = setting("unisouk")
  await signIn(session)
  expect(session.getSnapshot()).toMatchObject({ authenticated: true, endsAt: null })
  const before = clock.pending
  render(
    <SessionProvider session={session}>
      <Countdown />
    </SessionProvider>,
  )
  expect(shown()).toEqual(["no end in sight"])
  expect(clock.pending).toBe(before)
})

test("S24 two tabs show the same second", async () => {
  const { holder, session, pass } = await lounge()
  const [here, there] = [createSessionHooks(session), createSessionHooks(holder())]
  const Tab = ({ hooks }: { readonly hooks: typeof here }) => <p role="timer">{hooks.useSessionCountdown()}</p>
  render(
    <>
      <Tab hooks={here} />
      <Tab hooks={there} />
    </>,
  )
  await pass(61_234)
  expect(shown()).toEqual(["539", "539"])
  await act(() => session.refresh())
  await pass(0)
  expect(shown()).toEqual(["600", "600"])
})
