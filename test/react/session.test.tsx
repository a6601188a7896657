// @vitest-environment jsdom
import { act, render, screen } from "@testing-library/react"
import { userEvent } from "@testing-library/user-event"
import { Component, Profiler, StrictMode, Suspense, type ReactNode } from "react"
import { expect, onTestFinished, test } from "vitest"
import { LoginRefusedError, type SessionStore } from "../../src/index.ts"
import { createSessionHooks, RequireSession, useSessionCountdown } from "../../src/react/index.ts"
import { memoryStore } from "../../src/stores/memory.ts"
import { HOUR, MINUTE, refreshRequests, setting } from "../session/setting.ts"
import { complaints } from "./complaints.ts"
import { Shop, shop, useSession, within } from "./shop.tsx"

test("a customer logs in, sees her name, and logs out", async () => {
  const user = userEvent.setup()
  const { emulator, visit, settle } = shop()
  visit(<Shop />)
  expect(screen.getByRole("status").textContent).toBe("One moment …")
  await settle()
  await user.type(screen.getByLabelText("Email"), emulator.credentials.email)
  await user.type(screen.getByLabelText("Password"), emulator.credentials.password)
  await user.click(screen.getByRole("button", { name: "Log in" }))
  await settle()
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
  expect(screen.getByRole("status").textContent).toBe("connected")
  await user.click(screen.getByRole("button", { name: "Log out" }))
  await settle()
  expect(screen.getByRole("form", { name: "Log in" })).toBeDefined()
  expect(screen.getByRole("status").textContent).toBe("You were logged out: user")
})

test("a login form keeps what was typed when the password is wrong, and says so", async () => {
  const user = userEvent.setup()
  const { emulator, visit, settle } = shop()
  visit(<Shop />)
  await settle()
  await user.type(screen.getByLabelText("Email"), emulator.credentials.email)
  await user.type(screen.getByLabelText("Password"), "a guess")
  await user.click(screen.getByRole("button", { name: "Log in" }))
  await settle()
  expect(screen.getByRole("alert").textContent).toContain("menu")
  expect(screen.getByLabelText<HTMLInputElement>("Email").value).toBe(emulator.credentials.email)
  await user.clear(screen.getByLabelText("Password"))
  await user.type(screen.getByLabelText("Password"), `${emulator.credentials.password}{Enter}`)
  await settle()
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
})

test("a reload shows the pending page and then the customer's, never the login form", async () => {
  const { holder, signIn, visit, settle } = shop()
  await signIn(holder())
  const pages: (string | null)[] = []
  const { container } = visit(
    <Profiler id="page" onRender={() => pages.push(document.body.textContent)}>
      <Shop />
    </Profiler>,
  )
  expect(container.textContent).toBe("One moment …")
  await settle()
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
  expect(pages.join()).not.toContain("Log in")
})

test("without a pending page there is nothing until it is known who is there", async () => {
  const { visit, settle } = shop()
  const { container } = visit(<RequireSession fallback="Log in">Orders</RequireSession>)
  expect(container.innerHTML).toBe("")
  await settle()
  expect(container.innerHTML).toBe("Log in")
})

test("S20 a page is shown through every refresh and fault, and `usable` is never true past the deadline", async () => {
  const { clock, emulator, session, signIn, visit, pass, settle } = shop()
  await signIn(session)
  const seen: { readonly authenticated: boolean; readonly usable: boolean; readonly late: boolean }[] = []
  function Watch() {
    const { authenticated, usable, expiresAt } = useSession()
    seen.push({ authenticated, usable, late: expiresAt !== null && clock.now() >= expiresAt })
    return null
  }
  visit(
    <>
      <Shop />
      <Watch />
    </>,
  )
  await act(() => session.refresh()) // granted
  emulator.fail({ on: "refresh", with: 503, times: Infinity })
  session.touch()
  for (let minutes = 0; minutes < 16; minutes++) await pass(MINUTE) // unavailable, and lapsed
  expect(screen.getByRole("status").textContent).toBe("reconnecting")
  emulator.heal()
  await pass(10 * MINUTE) // granted
  expect(screen.getByRole("status").textContent).toBe("connected")
  emulator.revokeAccessToken()
  await act(() => session.fetch("/resource")) // refreshed for a 401
  clock.sleep(8 * HOUR)
  await act(async () => clock.wake()) // lapsed asleep
  session.touch()
  await settle()
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
  expect(refreshRequests(emulator)).toBeGreaterThan(5)
  expect(seen.length).toBeGreaterThan(5)
  expect(new Set(seen.map(({ usable }) => usable))).toEqual(new Set([true, false]))
  expect(seen.filter(({ authenticated, usable, late }) => !authenticated || (usable && late))).toEqual([])
})

test("S20 a page hears of a deadline that passed asleep, also when somebody else has looked before it", async () => {
  const { clock, session, signIn, visit, pass } = shop({ keepAlive: "on-demand" })
  await signIn(session)
  visit(<Shop />)
  await pass(14.5 * MINUTE)
  expect([session.getSnapshot().status, screen.getByRole("status").textContent]).toEqual(["expiring", "connected"])
  clock.sleep(MINUTE)
  expect(session.getSnapshot().usable).toBe(false)
  await act(async () => clock.wake())
  expect(screen.getByRole("status").textContent).toBe("reconnecting")
})

test("S21 a thousand refreshes render nothing anew for `s => s.user?.email`, though each brings the user", async () => {
  const { emulator, session, signIn, visit } = shop()
  await signIn(session)
  const commits: string[] = []
  function Email() {
    return <p>{useSession((s) => s.user?.email)}</p>
  }
  function FullName() {
    const { first, last } = useSession(
      (s) => ({ first: s.user?.first_name, last: s.user?.last_name }),
      (one, other) => one.first === other.first && one.last === other.last,
    )
    return <h1>{[first, last].join(" ")}</h1>
  }
  function Actions() {
    const logout = useSession((s) => s.logout)
    return <button onClick={() => void logout()}>Log out</button>
  }
  visit(
    <Profiler id="customer" onRender={(_, phase) => void commits.push(phase)}>
      <Email />
      <FullName />
      <Actions />
      <RequireSession fallback={null}>Orders</RequireSession>
    </Profiler>,
  )
  const { generation } = session.getSnapshot()
  const replies = new Set<unknown>()
  session.on("granted", ({ snapshot }) => replies.add(snapshot))
  for (let refreshes = 0; refreshes < 1000; refreshes++) await act(() => session.refresh())
  expect(session.getSnapshot().generation).toBe(generation! + 1000)
  expect([emulator.stats.refreshes, replies.size]).toEqual([1000, 1000])
  expect(commits).toEqual(["mount"])
  expect(screen.getByText(emulator.credentials.email)).toBeDefined()
}, 60_000)

test("S21 the same counter sees a component that asks for everything", async () => {
  const { session, signIn, visit } = shop()
  await signIn(session)
  let commits = 0
  function Everything() {
    return <p>{useSession().generation}</p>
  }
  visit(
    <Profiler id="everything" onRender={() => void commits++}>
      <Everything />
    </Profiler>,
  )
  await act(() => session.refresh())
  expect(commits).toBeGreaterThan(1)
})

test("S22 StrictMode, remounts and hot reloads cause one refresh of a session that has lapsed", async () => {
  const { clock, emulator, holder, signIn, settle, session } = shop()
  const yesterday = holder()
  await signIn(yesterday)
  yesterday.stop()
  await clock.advance(HOUR)
  const app = (page: ReactNode) => <StrictMode>{within(session, page)}</StrictMode>
  const first = render(app(<Shop />))
  first.rerender(app(<Shop key="another" />))
  await settle()
  const Edited = () => Shop()
  first.rerender(app(<Edited />)) // what a hot reload does: another component in the old one's place
  await settle()
  first.unmount()
  const second = render(app(<Shop />))
  await settle()
  expect(screen.getByRole("heading", { name: "Hello Ada" })).toBeDefined()
  expect(refreshRequests(emulator)).toBe(1)
  expect(emulator.ledger.refreshCredentials.flatMap(({ presented }) => presented)).toHaveLength(1)
  second.unmount()
})

test("a page that is left leaves no timer and no listener behind", async () => {
  const { clock, session, signIn, visit, settle } = shop()
  const heard: (() => void)[] = []
  const subscribe = session.subscribe
  Object.assign(session, {
    subscribe: (listener: () => void) => {
      heard.push(listener)
      const unsubscribe = subscribe(listener)
      return () => {
        heard.splice(heard.indexOf(listener), 1)
        unsubscribe()
      }
    },
  })
  await signIn(session)
  await settle()
  const timers = clock.pending
  function Countdown() {
    return <p>{useSessionCountdown()}</p>
  }
  const { unmount } = visit(
    <>
      <Shop />
      <Countdown />
    </>,
  )
  expect(heard.length).toBeGreaterThan(2)
  expect(clock.pending).toBe(timers + 1)
  unmount()
  expect(heard).toEqual([])
  expect(clock.pending).toBe(timers)
  expect(session.getSnapshot()).toMatchObject({ authenticated: true, status: "active" })
})

test("I12 a render that is not committed starts nothing", async () => {
  const reads: string[] = []
  const store = memoryStore()
  const { clock, session, visit, settle } = shop({ store: watched(store, (name) => reads.push(name)) })
  const readsAtRender: number[] = []
  function Watch() {
    const { status } = useSession()
    readsAtRender.push(reads.length + clock.pending)
    return <p>{status}</p>
  }
  const never = new Promise<never>(() => {})
  function Suspended(): ReactNode {
    throw never // React takes it for a promise to wait for
  }
  const { rerender } = visit(
    <Suspense fallback="One moment …">
      <Watch />
      <Suspended />
    </Suspense>,
  )
  await settle()
  expect(readsAtRender.length).toBeGreaterThan(0)
  expect([...readsAtRender, ...reads]).toEqual(readsAtRender.map(() => 0))
  rerender(within(session, <Watch />))
  await settle()
  expect(reads).toContain("read")
  expect(screen.getByText("unauthenticated")).toBeDefined()
})

test("an inline selector that makes a new object at each look does not loop", async () => {
  const { session, signIn, visit } = shop()
  await signIn(session)
  let renders = 0
  function Fresh() {
    renders++
    return <p>{useSession((s) => ({ email: s.user?.email })).email}</p>
  }
  const { rerender } = visit(<Fresh />)
  const before = renders
  await act(() => session.refresh())
  const after = renders
  expect(after).toBeGreaterThan(before)
  expect(after).toBeLessThan(before + 5)
  rerender(within(session, <Fresh />))
  expect(renders).toBe(after + 1)
})

test("an inline selector hands its value on to the next one, as long as both are equal", async () => {
  const { session, signIn, visit } = shop()
  await signIn(session)
  const seen = new Set<object>()
  function Name() {
    const name = useSession(
      (s) => ({ first: s.user?.first_name }),
      (one, other) => one.first === other.first,
    )
    seen.add(name)
    return <p>{name.first}</p>
  }
  const { rerender } = visit(<Name />)
  rerender(within(session, <Name />))
  await act(() => session.refresh())
  rerender(within(session, <Name />))
  expect(seen.size).toBe(1)
})

test("a selector sees the props of its own render", async () => {
  const { session, signIn, visit } = shop()
  await signIn(session)
  function Field({ name }: { readonly name: "first_name" | "last_name" }) {
    return <p>{useSession((s) => s.user?.[name])}</p>
  }
  const { container, rerender } = visit(<Field name="first_name" />)
  expect(container.textContent).toBe("Ada")
  rerender(within(session, <Field name="last_name" />))
  expect(container.textContent).toBe("Lovelace")
})

test("what useSession returns is one frozen object until the snapshot changes; its methods always", async () => {
  const { session, signIn, visit } = shop()
  await signIn(session)
  const results: ReturnType<typeof useSession>[] = []
  function Watch({ at }: { readonly at: number }) {
    results[at] = useSession()
    return null
  }
  const { rerender } = visit(<Watch at={0} />)
  rerender(within(session, <Watch at={1} />))
  const [first, second] = results
  expect(second).toBe(first)
  await act(() => session.refresh())
  const third = results[1]
  expect(third).not.toBe(first)
  expect(Object.isFrozen(first)).toBe(true)
  for (const name of ["login", "accept", "refresh", "logout", "touch", "accessToken", "fetch"] as const) {
    expect(first![name]).toBeTypeOf("function")
    expect(third![name]).toBe(first![name])
  }
  const { fetch, accessToken } = third!
  expect((await fetch("/resource")).status).toBe(200)
  expect(await accessToken()).toBeTypeOf("string")
})

test("two sessions in one app do not hear of each other", async () => {
  const shopper = setting("menu")
  const clerk = setting("unisouk")
  await shopper.signIn(shopper.session)
  const hooks = { shopper: createSessionHooks(shopper.session), clerk: createSessionHooks(clerk.session) }
  function Email({ who }: { readonly who: "shopper" | "clerk" }) {
    const email = hooks[who].useSession((s) => (s.user as { email: string } | null)?.email)
    return <p>{`${who}: ${email}`}</p>
  }
  render(
    <>
      <Email who="shopper" />
      <hooks.clerk.RequireSession fallback={<p>Clerks log in here</p>} pending={<p>One moment …</p>}>
        <Email who="clerk" />
      </hooks.clerk.RequireSession>
    </>,
  )
  expect(screen.getByText("One moment …")).toBeDefined()
  await act(() => clerk.clock.settle())
  expect(screen.getByText(`shopper: ${shopper.emulator.credentials.email}`)).toBeDefined()
  expect(screen.getByText("Clerks log in here")).toBeDefined()
  await act(() => clerk.signIn(clerk.session, 1))
  await act(() => shopper.session.logout())
  expect(screen.getByText(`clerk: ${clerk.emulator.users[1].email}`)).toBeDefined()
  expect(screen.getByText("shopper: undefined")).toBeDefined()
})

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {}
  static getDerivedStateFromError = (error: Error) => ({ error })
  override render() {
    return this.state.error ? <p role="alert">{`${this.state.error.name}: ${this.state.error.message}`}</p> : this.props.children
  }
}

test.each([
  ["useSession() was called", () => <p>{useSession().status}</p>],
  ["useSessionCountdown() was called", () => <p>{useSessionCountdown()}</p>],
  ["<RequireSession> was rendered", () => <RequireSession fallback={null} />],
])("%s outside a provider: the error says what to do", (what, Page) => {
  const silence = (event: ErrorEvent) => event.preventDefault() // React 18 tells the window of every error, and jsdom the console
  window.addEventListener("error", silence)
  onTestFinished(() => window.removeEventListener("error", silence))
  render(
    <Boundary>
      <Page />
    </Boundary>,
  )
  complaints.splice(0) // React 19 reports what a boundary has caught, 18 does not where the window was silenced
  expect(screen.getByRole("alert").textContent).toBe(
    `ConfigurationError: ${what} outside <SessionProvider>; put <SessionProvider session={session}> around your app, ` +
      "or use what createSessionHooks(session) returns",
  )
})

test("a provider that is given another session shows that one", async () => {
  const { session, signIn, visit } = shop()
  const other = setting("menu")
  await signIn(session)
  const { container, rerender } = visit(<Shop />)
  expect(container.textContent).toContain("Hello Ada")
  rerender(within(other.session, <Shop />))
  expect(container.textContent).toBe("One moment …")
  await act(() => other.signIn(other.session, 1))
  expect(container.textContent).toContain("Hello Grace")
})

test("a login that fails beside a customer who is signed in leaves her page as it is", async () => {
  const { emulator, session, signIn, visit } = shop()
  await signIn(session)
  const { container } = visit(<Shop />)
  const before = container.innerHTML
  await act(() => expect(session.login({ ...emulator.credentials, password: "a guess" })).rejects.toThrow(LoginRefusedError))
  expect(container.innerHTML).toBe(before)
})

/** A store that tells what is asked of it. */
function watched(store: SessionStore, tell: (name: string) => void): SessionStore {
  return {
    name: store.name,
    connect: (options) =>
      new Proxy(store.connect(options), {
        get(connection, name) {
          const member: unknown = Reflect.get(connection, name, connection)
          if (typeof member !== "function") return member
          return (...given: unknown[]) => {
            tell(String(name))
            return Reflect.apply(member, connection, given) as unknown
          }
        },
      }),
  }
}
