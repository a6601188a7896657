import { afterEach as checkAccessibility } from "@storybook/addon-a11y/preview"
import type { StoryContext } from "@storybook/react-vite"
import { page } from "vitest/browser"
import { flawsIn } from "./flaws-in.ts"

/**
 * Looks at a story as its play function has left it, in the other color scheme, and on the narrowest of screens. The accessibility addon
 * itself looks once, in the colors and at the width that are there.
 */
export async function looksRight(context: StoryContext): Promise<void> {
  const { style } = document.documentElement
  const ownScheme = style.colorScheme
  style.colorScheme = matchMedia("(prefers-color-scheme: dark)").matches ? "light" : "dark"
  await checkAccessibility({ ...context, parameters: { ...context.parameters, a11y: { ...context.parameters.a11y, options: CONTRAST } } })
  style.colorScheme = ownScheme
  const flaws: string[] = []
  for (const width of [1280, 320]) {
    await page.viewport(width, 800)
    flaws.push(...flawsIn(document).map((flaw) => `at ${width} px: ${flaw}`))
  }
  if (flaws.length > 0) throw new Error(`${context.title}, ${context.name}\n${flaws.join("\n")}`)
}

const CONTRAST = { runOnly: ["color-contrast"] }
