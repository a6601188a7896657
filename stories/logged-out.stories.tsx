import type { Meta, StoryObj } from "@storybook/react-vite"
import type { EndReason } from "sessionchart"
import { startIn } from "sessionchart/testing"
import { expect } from "storybook/test"
import { ofStartedSession } from "./of-started-session.tsx"

/** A session that is over says why, above the way back in. */
const meta = { title: "Session/Logged out", ...ofStartedSession } satisfies Meta
export default meta
type Story = StoryObj<typeof meta>

export const ByTheUser = loggedOut("user", "You have logged out.")
export const Elsewhere = loggedOut("elsewhere", "You were logged out in another tab or on another device.")
/** The access token has expired, and there was nothing to refresh it with. */
export const Expired = loggedOut("expired", "Your session has expired. Please log in again.")
/** Past the provider's refresh window it was asked once more, and said no. */
export const WindowClosed = loggedOut("windowClosed", "You were away for a long time, so we logged you out.")
export const Idle = loggedOut("idle", "You did nothing for a while, so we logged you out.")
export const MaxAge = loggedOut("maxAge", "For your safety we ask you to log in again from time to time.")
export const Doubt = loggedOut("doubt", "We could not make sure that this is still you. Please log in again.")
/** A rule of the provider gives the reason its name. */
export const AccountSuspended = loggedOut("accountSuspended", "Your account is suspended. Please write to us.")
export const AnyOtherRule = loggedOut("refreshTokenExpired", "Your session has ended. Please log in again.")

function loggedOut(reason: EndReason, farewell: string): Story {
  return {
    loaders: [() => startIn("loggedOut", { reason })],
    play: async ({ canvas }) => {
      await expect(await canvas.findByText(farewell)).toBeVisible()
      await expect(canvas.getByRole("button", { name: "Log in" })).toBeEnabled()
      await expect(canvas.queryByRole("heading", { name: "Hello Ada" })).toBeNull()
    },
  }
}
