import type { Meta } from "@storybook/react-vite"
import { Shop } from "./shop/shop.tsx"
import { startedSession } from "./started-session.ts"

/** What stories share whose loader returns what `startIn` does. */
export const ofStartedSession = {
  render: (_, story) => <Shop session={startedSession(story).session} orders="https://paper.test/orders" />,
  beforeEach: (story) => () => startedSession(story).session.stop(),
} satisfies Meta
