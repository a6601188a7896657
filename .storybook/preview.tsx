import type { Preview } from "@storybook/react-vite"
import { useLayoutEffect } from "react"
import { configure } from "storybook/test"
import "../stories/looks/base.css"

// Play functions also run on machines that are busy.
configure({ asyncUtilTimeout: 5_000 })

const preview: Preview = {
  globalTypes: {
    scheme: {
      description: "Color scheme",
      toolbar: {
        icon: "contrast",
        dynamicTitle: true,
        items: [
          { value: "light dark", title: "The system's colors" },
          { value: "light", title: "Light" },
          { value: "dark", title: "Dark" },
        ],
      },
    },
  },
  initialGlobals: { scheme: "light dark" },
  parameters: {
    layout: "fullscreen",
    controls: { disableSaveFromUI: true },
    // What the accessibility addon finds is an error, not a hint.
    a11y: { test: "error" },
    options: { storySort: { order: ["Playground", "Session", ["States", "Ending", "Logged out"], "Providers"] } },
  },
  afterEach: async (context) => {
    // Set by the Vitest addon. Vitest can change the window's size; in Storybook itself it is the viewer's.
    if ((import.meta as { env?: { VITEST_STORYBOOK?: string } }).env?.VITEST_STORYBOOK === undefined) return
    const { looksRight } = await import("../stories/looks/looks-right.ts")
    await looksRight(context)
  },
  decorators: [
    function InScheme(Story, { globals }) {
      const scheme = String(globals["scheme"])
      useLayoutEffect(() => {
        document.documentElement.style.colorScheme = scheme
      }, [scheme])
      return <Story />
    },
  ],
}

export default preview
