import type { Meta, StoryObj } from "@storybook/react-vite"
import { startIn } from "sessionchart/testing"
import { expect, waitFor } from "storybook/test"
import { ofStartedSession } from "./of-started-session.tsx"
import { startedSession } from "./started-session.ts"

/** The last minute of a session: `endsAt`, counted down. */
const meta = { title: "Session/Ending", ...ofStartedSession } satisfies Meta
export default meta
type Story = StoryObj<typeof meta>

/** The provider takes no refresh after this; until then it does. */
export const WindowCloses: Story = {
  loaders: [endingIn42S],
  play: async ({ canvas, ...story }) => {
    const { clock } = startedSession(story)
    await expect(await canvas.findByRole("timer")).toHaveTextContent("0:42")
    await clock.advance(2_000)
    await expect(canvas.getByRole("timer")).toHaveTextContent("0:40")
  },
}

export const Stay: Story = {
  loaders: [endingIn42S],
  play: async ({ canvas, userEvent }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "Stay logged in" }))
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull())
    await expect(canvas.getByText("Logged in")).toBeVisible()
  },
}

/** Nobody answers: at the end the provider is asked, and says no. */
export const NobodyThere: Story = {
  loaders: [endingIn42S],
  play: async ({ canvas, ...story }) => {
    const { clock, answer } = startedSession(story)
    await canvas.findByRole("dialog")
    answer(401)
    await clock.advance(42_000)
    await expect(await canvas.findByRole("heading", { name: "Log in" })).toBeVisible()
  },
}

/** There is nothing to refresh with: the session ends with its access token, and the dialog offers what there is. */
export const CannotBeRenewed: Story = {
  loaders: [
    async () => {
      const started = await startIn("unauthenticated")
      const { session, clock } = started
      await session.accept({ accessToken: "access", expiresAt: clock.now() + 42_000, user: { id: "1", name: "Ada" } })
      return started
    },
  ],
  play: async ({ canvas, ...story }) => {
    await expect(await canvas.findByText(/cannot be renewed/)).toBeVisible()
    await expect(canvas.queryByRole("button", { name: "Stay logged in" })).toBeNull()
    await startedSession(story).clock.advance(42_000)
    await expect(await canvas.findByText("Your session has expired. Please log in again.")).toBeVisible()
  },
}

/** Nobody has done anything for a while (`idleTimeoutMs`). Whatever the user does keeps the session; here it is the button. */
export const Idle: Story = {
  loaders: [() => limitedTo42S({ idleTimeoutMs: IDLE_MS })],
  play: async ({ canvas, userEvent, ...story }) => {
    const { session, clock } = startedSession(story)
    await expect(await canvas.findByRole("timer")).toHaveTextContent("0:42")
    await userEvent.click(canvas.getByRole("button", { name: "Stay logged in" }))
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull())
    await expect(session.getSnapshot().endsAt).toBe(clock.now() + IDLE_MS)
    await clock.advance(IDLE_MS - 42_000)
    await expect(await canvas.findByRole("dialog")).toBeVisible()
  },
}

export const IdleForTooLong: Story = {
  loaders: [() => limitedTo42S({ idleTimeoutMs: IDLE_MS })],
  play: async ({ canvas, ...story }) => {
    await canvas.findByRole("dialog")
    await startedSession(story).clock.advance(42_000)
    await expect(await canvas.findByText("You did nothing for a while, so we logged you out.")).toBeVisible()
  },
}

/** As old as it may become (`maxAgeMs`): no use prolongs it. */
export const TooOld: Story = {
  loaders: [() => limitedTo42S({ maxAgeMs: IDLE_MS })],
  play: async ({ canvas, ...story }) => {
    await expect(await canvas.findByText(/cannot be renewed/)).toBeVisible()
    await expect(canvas.queryByRole("button", { name: "Stay logged in" })).toBeNull()
    await startedSession(story).clock.advance(42_000)
    await expect(await canvas.findByText("For your safety we ask you to log in again from time to time.")).toBeVisible()
  },
}

const IDLE_MS = 600_000

async function limitedTo42S(limits: { readonly idleTimeoutMs?: number; readonly maxAgeMs?: number }) {
  const started = await startIn("active", limits)
  await started.clock.advance(IDLE_MS - 42_000)
  return started
}

async function endingIn42S() {
  const started = await startIn("active")
  const { session, clock } = started
  // The page slept until now: nothing has used the session, or it would have been refreshed.
  clock.sleep((session.getSnapshot().endsAt ?? 0) - clock.now() - 42_000)
  clock.wake()
  await clock.settle()
  return started
}
