import type { Meta, StoryObj } from "@storybook/react-vite"
import { SessionInspector } from "sessionchart/inspector"
import { expect, waitFor } from "storybook/test"
import { inspected, inspectedIn, type Inspected } from "./inspected.ts"
import { network } from "./network.ts"

/** What the inspector shows of each state. Time stands still: what is seen stays. */
const meta = {
  title: "Inspector/States",
  loaders: [() => inspected()],
  render: (_, story) => (
    <div className="page">
      <SessionInspector session={inspectedIn(story).session} />
    </div>
  ),
  beforeEach: (story) => () => inspectedIn(story).end(),
} satisfies Meta
export default meta
type Story = StoryObj<typeof meta>

/** A story that leads a session somewhere, by what may happen to it, and sees the inspector show just that. */
function story(status: string, states: readonly string[], lead: (set: Inspected) => Promise<unknown>): Story {
  return {
    play: async ({ canvas, ...story }) => {
      const set = inspectedIn(story)
      const chart = await canvas.findByRole("region", { name: "Session chart" })
      await set.settle()
      await lead(set)
      await waitFor(() => expect(canvas.getByRole("status")).toHaveTextContent(status))
      await waitFor(() => expect(activeIn(chart)).toEqual(states))
    },
  }
}

/** How much of a bar is left. */
function shareOf(bar: HTMLElement): number {
  return bar.firstElementChild!.getBoundingClientRect().width / bar.getBoundingClientRect().width
}

function activeIn(chart: HTMLElement): (string | undefined)[] {
  return Array.from(chart.querySelectorAll<SVGElement>("[data-active]"), ({ dataset }) => dataset["state"])
}

const refreshing = (attempt: string, credential: string) => [
  "refreshing",
  "refreshing.attempt",
  `refreshing.attempt.${attempt}`,
  "refreshing.credential",
  `refreshing.credential.${credential}`,
]

export const Restoring: Story = {
  ...story("restoring", ["restoring", "restoring.waiting"], ({ settle }) => settle()),
  loaders: [
    () => {
      const set = inspected()
      set.takeAway()
      return set
    },
  ],
}

export const Unauthenticated = story("unauthenticated", ["unauthenticated"], ({ settle }) => settle())

export const Authenticating = story("authenticating", ["authenticating"], ({ emulator, logIn, settle }) => {
  emulator.fail({ on: "login", with: "hang" })
  void logIn().catch(() => {})
  return settle()
})

export const LoginRefused = story("unauthenticated", ["unauthenticated"], async ({ session, emulator }) => {
  await session.login({ ...emulator.credentials, password: "wrong" }).catch(() => {})
})

export const Active = story("active · requests go out", ["active"], ({ logIn }) => logIn())

export const Expiring: Story = {
  play: async (context) => {
    await story("expiring · requests go out", ["expiring", "expiring.usable"], async ({ logIn, minutes }) => {
      await logIn()
      await minutes(14)
    }).play!(context)
    const [bar] = context.canvasElement.querySelectorAll<HTMLElement>(".bar")
    await waitFor(() => expect(shareOf(bar!)).toBeCloseTo(1 / 15, 2))
  },
}

export const ExpiredUnused = story("expiring · requests wait", ["expiring", "expiring.lapsed"], async ({ logIn, minutes }) => {
  await logIn()
  await minutes(20)
})

export const Refreshing = story(
  "refreshing · requests go out",
  refreshing("running", "usable"),
  async ({ emulator, logIn, minutes, use }) => {
    await logIn()
    await minutes(14)
    emulator.fail({ on: "refresh", with: "hang" })
    await use()
  },
)

export const RefreshingLapsed = story(
  "refreshing · requests wait",
  refreshing("running", "lapsed"),
  async ({ emulator, logIn, minutes, use }) => {
    await logIn()
    await minutes(20)
    emulator.fail({ on: "refresh", with: "hang" })
    await use()
  },
)

export const Refreshed = story("active · requests go out", ["active"], async ({ logIn, minutes, use }) => {
  await logIn()
  await minutes(14)
  await use()
})

export const BackingOff = story(
  "refreshing · requests go out",
  refreshing("backingOff", "usable"),
  async ({ emulator, logIn, minutes, refresh }) => {
    await logIn()
    await minutes(5)
    emulator.fail({ on: "refresh", with: 503, retryAfter: 60 })
    await refresh()
  },
)

export const Offline = story("refreshing · requests go out", refreshing("offline", "usable"), async ({ logIn, minutes, refresh }) => {
  await logIn()
  await minutes(5)
  network.disconnect()
  await refresh()
})

export const Blocked = story(
  "refreshing · requests go out",
  refreshing("blocked", "usable"),
  async ({ emulator, logIn, minutes, refresh }) => {
    await logIn()
    await minutes(5)
    emulator.fail({ on: "refresh", with: "html" })
    await refresh()
  },
)

export const StoreAway = story("active · requests go out · degraded: store", ["active"], async ({ takeAway, logIn, settle }) => {
  takeAway()
  await logIn()
  await settle()
})

export const LoggedOut = story("loggedOut · user", ["loggedOut"], async ({ session, logIn, minutes }) => {
  await logIn()
  await minutes(3)
  await session.logout()
})

/** The rule that ended the session, and where it is written, are in the trail. */
export const EndedByRule = story("loggedOut · ", ["loggedOut"], async ({ emulator, logIn, minutes, refresh }) => {
  await logIn()
  await minutes(3)
  emulator.revokeSession()
  await refresh()
})

/** The one-line panel for development: closed, a button in the corner. */
export const Floating: Story = {
  render: (_, story) => <SessionInspector session={inspectedIn(story).session} floating />,
  play: async ({ canvas, userEvent, ...story }) => {
    const set = inspectedIn(story)
    await set.settle()
    await set.logIn()
    await userEvent.click(await canvas.findByRole("button", { name: "session: active" }))
    await expect(await canvas.findByRole("region", { name: "Session chart" })).toBeVisible()
    await userEvent.keyboard("{Escape}")
    await waitFor(() => expect(canvas.queryByRole("region", { name: "Session chart" })).toBeNull())
    await userEvent.click(canvas.getByRole("button", { name: "session: active" }))
    await expect(await canvas.findByRole("region", { name: "Session chart" })).toBeVisible()
  },
}
