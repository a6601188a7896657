import type { Meta } from "@storybook/react-vite"
import type { ComponentType } from "react"
import { NoServer } from "./no-server.tsx"
import { Stage, type StageOptions } from "./stage.ts"

/** What stories on a {@link Stage} share: their arguments set it up, anew whenever they change. */
export function ofStage(Page: ComponentType<{ readonly stage: Stage }>) {
  return {
    loaders: [async ({ args }) => ({ stage: await Stage.set(args).catch(() => null) })],
    render(_, { loaded }) {
      const { stage } = loaded as OnStage
      return stage ? <Page key={stage.emulator.url} stage={stage} /> : <NoServer />
    },
    beforeEach:
      ({ loaded }) =>
      () =>
        (loaded as OnStage).stage?.close(),
  } satisfies Meta<StageOptions>
}

interface OnStage {
  readonly stage: Stage | null
}
