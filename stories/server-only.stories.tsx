import type { Meta, StoryObj } from "@storybook/react-vite"
import { expect } from "storybook/test"
import { ServerOnly } from "./providers/server-only.tsx"

/** Providers that must not be called from a browser. */
const meta = { title: "Providers/On servers", component: ServerOnly } satisfies Meta
export default meta

export const Geins: StoryObj<typeof meta> = {
  play: async ({ canvas }) => {
    await expect(canvas.getByRole("alert")).toHaveTextContent("ConfigurationError (configuration)")
    await expect(canvas.getByRole("alert")).toHaveTextContent("geins: this provider must not be called from a browser")
    await expect(canvas.getByRole("alert")).toHaveTextContent("createSessionHandler of sessionchart/server")
  },
}
