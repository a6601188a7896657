import type { StorybookConfig } from "@storybook/react-vite"
import react from "@vitejs/plugin-react"
import { mergeConfig } from "vite"
import { emulatorsPlugin } from "../stories/emulators/emulators-plugin.ts"
import { subpaths } from "./subpaths.ts"

const config: StorybookConfig = {
  framework: "@storybook/react-vite",
  stories: ["../stories/**/*.stories.tsx"],
  addons: ["@storybook/addon-a11y", "@storybook/addon-vitest"],
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  typescript: { reactDocgen: false },
  viteFinal: (config) => mergeConfig(config, { plugins: [react(), emulatorsPlugin()], resolve: { alias: subpaths } }),
}

export default config
