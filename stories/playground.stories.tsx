import type { Meta, StoryObj } from "@storybook/react-vite"
import { expect, waitFor } from "storybook/test"
import { Playground as PlaygroundPage } from "./playground/playground.tsx"
import { ofStage } from "./stage/of-stage.tsx"
import { stageOf } from "./stage/stage-of.ts"
import type { StageOptions } from "./stage/stage.ts"

/** A real session at an emulated provider, over real HTTP: make things happen to it, and see what it does. */
const meta = {
  title: "Playground",
  ...ofStage(PlaygroundPage),
  args: { name: "commerce-engine", keepAlive: "while-used", accessTokenTtlS: 120, refreshTokenTtlS: 30 * 86_400, graceS: 60 },
  argTypes: {
    name: { control: "select", options: ["commerce-engine", "menu", "oauth2", "unisouk", "vault"] },
    keepAlive: { control: "inline-radio", options: ["while-used", "always", "on-demand"] },
  },
} satisfies Meta<StageOptions>
export default meta
type Story = StoryObj<typeof meta>
type Play = NonNullable<Story["play"]>

const logIn: Play = async ({ canvas, userEvent }) => {
  await userEvent.click(await canvas.findByRole("button", { name: "Log in" }))
  await expect(await canvas.findByRole("heading", { name: /^Hello ada/i })).toBeVisible()
}

export const Playground: Story = { play: logIn }

export const ExpiredToken: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Expire the token" }))
    await canvas.findByText("Logged in; renewed when you go on")
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("To the Lighthouse")).toBeVisible()
    await waitFor(() => expect(stageOf(story).emulator.getStats()).toMatchObject({ logins: 1, refreshes: 1, unauthorized: 0, requests: 1 }))
  },
}

export const RevokedToken: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Revoke the token" }))
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("To the Lighthouse")).toBeVisible()
    await waitFor(() => expect(stageOf(story).emulator.getStats()).toMatchObject({ refreshes: 1, unauthorized: 1, requests: 1 }))
  },
}

/** Ends the session at the next refresh, and not before: nobody asks until then. */
export const RevokedSession: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Revoke the session" }))
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("Your session has ended. Please log in again.")).toBeVisible()
  },
}

export const Suspended: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Suspend the account" }))
    await userEvent.click(canvas.getByRole("button", { name: "Refresh" }))
    await expect(await canvas.findByText("Your account is suspended. Please write to us.")).toBeVisible()
  },
  args: { name: "unisouk" },
}

export const Outage: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Fail with 503" }))
    await userEvent.click(canvas.getByRole("button", { name: "Refresh" }))
    await expect(await canvas.findByRole("heading", { name: "We cannot renew your session right now" })).toBeVisible()
    await userEvent.click(canvas.getByRole("button", { name: "Fail with 503" }))
    await userEvent.click(canvas.getByRole("button", { name: "Try now" }))
    await waitFor(() => expect(canvas.queryByRole("button", { name: "Try now" })).toBeNull())
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

/** The provider has refreshed, but its answer is lost, twice. It is asked again with what it has already seen. */
export const LostAnswer: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.dblClick(canvas.getByRole("button", { name: "Drop the answer" }))
    await userEvent.click(canvas.getByRole("button", { name: "Refresh" }))
    await expect(await canvas.findByRole("heading", { name: "We cannot renew your session right now" })).toBeVisible()
    await waitFor(() => expect(canvas.queryByRole("button", { name: "Try now" })).toBeNull(), { timeout: 5_000 })
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
    await waitFor(() => expect(stageOf(story).emulator.getStats()).toMatchObject({ logins: 1, refreshes: 3 }))
  },
}

export const Offline: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Go offline" }))
    await userEvent.click(canvas.getByRole("button", { name: "Refresh" }))
    await expect(await canvas.findByRole("heading", { name: "You are offline" })).toBeVisible()
    await userEvent.click(canvas.getByRole("button", { name: "Go offline" }))
    await waitFor(() => expect(canvas.queryByRole("heading", { name: "You are offline" })).toBeNull())
    await waitFor(() => expect(stageOf(story).emulator.getStats()).toMatchObject({ refreshes: 1 }))
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

export const SomebodyElse: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Log in as Grace" }))
    await expect(await canvas.findByRole("heading", { name: "Hello Grace" })).toBeVisible()
  },
}

export const NearlyOver: Story = {
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "Last 42 s" }))
    await userEvent.click(await canvas.findByRole("button", { name: "Stay logged in" }))
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull())
    await expect(canvas.getByRole("heading", { name: "Hello Ada" })).toBeVisible()
  },
}

export const AwayForTooLong: Story = {
  args: { refreshTokenTtlS: 3_600 },
  play: async (story) => {
    const { canvas, userEvent } = story
    await logIn(story)
    await userEvent.click(canvas.getByRole("button", { name: "A day later" }))
    await expect(await canvas.findByText("You were away for a long time, so we logged you out.")).toBeVisible()
  },
}
