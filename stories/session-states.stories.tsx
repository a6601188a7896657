import type { Meta, StoryObj } from "@storybook/react-vite"
import { startIn } from "sessionchart/testing"
import { expect } from "storybook/test"
import { network } from "./network.ts"
import { ofStartedSession } from "./of-started-session.tsx"
import { startedSession } from "./started-session.ts"

/** Each state of a session as its user sees it. Time stands still: what is seen stays. */
const meta = { title: "Session/States", ...ofStartedSession } satisfies Meta
export default meta
type Story = StoryObj<typeof meta>

/** The store fails. That is waited for, and never read as "nobody": no login form flashes. */
export const Restoring: Story = {
  loaders: [() => startIn("restoring")],
  play: async ({ canvas }) => {
    await expect(await canvas.findByText("One moment …")).toBeVisible()
    await expect(canvas.getByRole("heading", { name: "We cannot read your session yet" })).toBeVisible()
    await expect(canvas.queryByRole("button", { name: "Log in" })).toBeNull()
  },
}

export const LoginForm: Story = {
  loaders: [() => startIn("unauthenticated")],
  play: async ({ canvas, userEvent }) => {
    await canvas.findByRole("heading", { name: "Log in" })
    for (const control of [canvas.getByLabelText("Email"), canvas.getByLabelText("Password"), canvas.getByRole("button")]) {
      await userEvent.tab()
      await expect(control).toHaveFocus()
    }
  },
}

export const LogInAndOut: Story = {
  loaders: [() => startIn("unauthenticated")],
  play: async ({ canvas, userEvent }) => {
    await userEvent.type(await canvas.findByLabelText("Email"), "ada@example.com")
    await userEvent.type(canvas.getByLabelText("Password"), "difference-engine{Enter}")
    await expect(await canvas.findByRole("heading", { name: "Hello Ada" })).toBeVisible()
    await userEvent.click(canvas.getByRole("button", { name: "Log out" }))
    await expect(await canvas.findByText("You have logged out.")).toBeVisible()
  },
}

export const LoggingIn: Story = {
  loaders: [() => startIn("authenticating")],
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole("button", { name: "Logging in …" })).toBeDisabled()
    await expect(canvas.getByLabelText("Email")).toBeVisible()
  },
}

export const LoginRefused: Story = {
  loaders: [() => startIn("unauthenticated")],
  play: async ({ canvas, userEvent, ...story }) => {
    startedSession(story).answer(401)
    await userEvent.type(await canvas.findByLabelText("Email"), "ada@example.com")
    await userEvent.type(canvas.getByLabelText("Password"), "wrong")
    await userEvent.click(canvas.getByRole("button", { name: "Log in" }))
    await expect(await canvas.findByRole("alert")).toHaveTextContent("Email or password is wrong.")
    await expect(canvas.getByLabelText("Email")).toHaveValue("ada@example.com")
  },
}

export const LoginUnavailable: Story = {
  loaders: [() => startIn("unauthenticated")],
  play: async ({ canvas, userEvent, ...story }) => {
    startedSession(story).answer(503)
    await userEvent.type(await canvas.findByLabelText("Email"), "ada@example.com")
    await userEvent.type(canvas.getByLabelText("Password"), "difference-engine")
    await userEvent.click(canvas.getByRole("button", { name: "Log in" }))
    await expect(await canvas.findByRole("alert")).toHaveTextContent("We cannot log you in right now.")
  },
}

export const Active: Story = {
  loaders: [() => startIn("active")],
  play: async ({ canvas, userEvent }) => {
    await expect(await canvas.findByRole("heading", { name: "Hello Ada" })).toBeVisible()
    await expect(canvas.getByText("Logged in")).toBeVisible()
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("To the Lighthouse")).toBeVisible()
  },
}

/** The lead time has begun; the next use refreshes. Nobody sees anything of it. */
export const Expiring: Story = {
  loaders: [() => startIn("expiring.usable")],
  play: async ({ canvas }) => {
    await expect(await canvas.findByText("Logged in")).toBeVisible()
  },
}

/** The access token has expired while nobody used the session. The page stays; a request refreshes first. */
export const ExpiredUnused: Story = {
  loaders: [() => startIn("expiring.lapsed")],
  play: async ({ canvas, userEvent }) => {
    await expect(await canvas.findByText("Logged in; renewed when you go on")).toBeVisible()
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("To the Lighthouse")).toBeVisible()
    await expect(canvas.getByText("Logged in")).toBeVisible()
  },
}

/** Refreshing while the access token is still good: requests go out at once. */
export const RefreshingUsable: Story = {
  loaders: [() => startIn("refreshing.usable")],
  play: async ({ canvas }) => {
    await expect(await canvas.findByText("Renewing your session …")).toBeVisible()
    await expect(canvas.getByRole("button", { name: "Load orders" })).toBeEnabled()
  },
}

/** Refreshing with nothing usable left: requests wait, and go out when the refresh has come. */
export const RefreshingLapsed: Story = {
  loaders: [() => startIn("refreshing.lapsed")],
  play: async ({ canvas, userEvent }) => {
    await expect(await canvas.findByText("One moment, renewing your session …")).toBeVisible()
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("Loading …")).toBeVisible()
  },
}

/** The provider answers 503. That logs nobody out. */
export const ProviderDown: Story = {
  loaders: [() => startIn("backingOff")],
  play: async ({ canvas, userEvent, ...story }) => {
    await expect(await canvas.findByRole("heading", { name: "We cannot renew your session right now" })).toBeVisible()
    await expect(canvas.getByText("You stay logged in and can go on. We keep trying.")).toBeVisible()
    await userEvent.click(canvas.getByText("Details"))
    await expect(canvas.getByText(/refresh was answered 503; it is tried again/)).toBeVisible()

    startedSession(story).answer("grant")
    await userEvent.click(canvas.getByRole("button", { name: "Try now" }))
    await expect(await canvas.findByText("Logged in")).toBeVisible()
    await expect(canvas.queryByText("We cannot renew your session right now")).toBeNull()

    startedSession(story).answer(503)
    await startedSession(story)
      .session.refresh()
      .catch(() => {})
    await expect(await canvas.findByRole("heading", { name: "We cannot renew your session right now" })).toBeVisible()
  },
}

/** The same for so long that the access token has expired meanwhile. */
export const ProviderDownLapsed: Story = {
  loaders: [
    async () => {
      const started = await startIn("expiring.lapsed")
      started.answer(503)
      await started.session.refresh().catch(() => {})
      return started
    },
  ],
  play: async ({ canvas }) => {
    await expect(await canvas.findByText(/What you ask for waits until we get through/)).toBeVisible()
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

export const Offline: Story = {
  loaders: [
    async () => {
      const started = await startIn("active")
      network.disconnect()
      started.answer(503) // paper has no wires to cut: whatever fails while there is no network is put down to that
      await started.session.refresh().catch(() => {})
      return started
    },
  ],
  beforeEach: () => network.reconnect,
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole("heading", { name: "You are offline" })).toBeVisible()
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

/** The answer to a refresh was lost: nobody knows whether it has happened. It is asked again, and nobody is logged out. */
export const InDoubt: Story = {
  loaders: [
    async () => {
      const started = await startIn("active")
      started.answer("hang")
      started.session.refresh().catch(() => {})
      await started.clock.advance(30_000)
      return started
    },
  ],
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByText("Details"))
    await expect(canvas.getByText(/refresh got no answer; it is tried again/)).toBeVisible()
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

/** The provider takes the request for a wrong one. Asking again would not help, so nothing is tried until somebody asks. */
export const Blocked: Story = {
  loaders: [() => startIn("blocked")],
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole("heading", { name: "Something is set up wrongly on our side" })).toBeVisible()
    await expect(canvas.getByRole("button", { name: "Try now" })).toBeEnabled()
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

/** Logged in, but the grant could not be written down. */
export const StoreAway: Story = {
  loaders: [() => startIn("storeAway")],
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole("heading", { name: "We cannot save your session on this device" })).toBeVisible()
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}
