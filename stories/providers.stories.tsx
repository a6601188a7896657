import type { Meta, StoryObj } from "@storybook/react-vite"
import { expect, waitFor, within } from "storybook/test"
import { ProviderPage } from "./providers/provider-page.tsx"
import { ofStage } from "./stage/of-stage.tsx"
import { stageOf } from "./stage/stage-of.ts"
import type { StageOptions } from "./stage/stage.ts"

/** The same shop at each provider, over real HTTP, and the rules by which the provider goes. */
const meta = { title: "Providers/In browsers", ...ofStage(ProviderPage) } satisfies Meta<StageOptions>
export default meta
type Story = StoryObj<StageOptions>

export const CommerceEngine: Story = { args: { name: "commerce-engine" }, play: logInAndLoseTheToken("Log in", "Hello Ada") }
export const Menu: Story = { args: { name: "menu" }, play: logInAndLoseTheToken("Log in", "Hello Ada") }
/** Its refresh credential is a cookie, kept by the browser. */
export const Unisouk: Story = { args: { name: "unisouk" }, play: logInAndLoseTheToken("Log in", "Hello ada@example.com") }
/** Its documents know no login and no user: tokens are handed over with `session.accept()`. */
export const Vault: Story = { args: { name: "vault" }, play: logInAndLoseTheToken("Log in at the provider", "Hello reader") }
/** As a public client, which has no secret to keep: one with a secret belongs on a server. */
export const OAuth2: Story = { args: { name: "oauth2" }, play: logInAndLoseTheToken("Log in at the provider", "Hello reader") }

/** A request with a dead access token is answered all the same: by one refresh and one replay. */
function logInAndLoseTheToken(door: string, greeting: string): NonNullable<Story["play"]> {
  return async ({ canvas, userEvent, ...story }) => {
    const { emulator } = stageOf(story)
    await userEvent.click(await canvas.findByRole("button", { name: door }))
    await expect(await canvas.findByRole("heading", { name: greeting })).toBeVisible()
    await emulator.order({ do: "revokeAccessToken" })
    await userEvent.click(canvas.getByRole("button", { name: "Load orders" }))
    await expect(await canvas.findByText("To the Lighthouse")).toBeVisible()
    await waitFor(() => expect(emulator.getStats()).toMatchObject({ logins: 1, refreshes: 1, unauthorized: 1, requests: 1 }))
    const seen = within(canvas.getByRole("region", { name: "What the provider has seen" }))
    await expect(seen.getByText("Refreshes").nextSibling).toHaveTextContent("1")
  }
}
