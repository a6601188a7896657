import { createSession } from "sessionchart"
import { commerceEngine } from "sessionchart/providers/commerce-engine"

const baseUrl = `${location.origin}/api`

/** Made once, outside of React. It begins when the first component looks at it. */
export const session = createSession({
  provider: commerceEngine({ baseUrl, apiKey: "emulated-api-key" }),
  baseURL: baseUrl,
})

declare module "sessionchart" {
  interface Register {
    session: typeof session
  }
}
