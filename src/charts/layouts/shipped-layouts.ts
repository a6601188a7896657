import type { Layout } from "../layout.types.ts"

/**
 * Where everything is in the drawings of the library's own charts, by name: `session`, and of every provider, by its id, the refresh chart
 * under its own rules. Each is loaded when it is asked for. `npm run charts` writes them.
 *
 * @example
 * const layout = await shippedLayouts["vault"]?.()
 */
export const shippedLayouts: Readonly<Record<string, () => Promise<Layout>>> = {
  session: async () => (await import("./session.layout.ts")).layout,
  geins: async () => (await import("./geins.layout.ts")).layout,
  unisouk: async () => (await import("./unisouk.layout.ts")).layout,
  menu: async () => (await import("./menu.layout.ts")).layout,
  "commerce-engine": async () => (await import("./commerce-engine.layout.ts")).layout,
  vault: async () => (await import("./vault.layout.ts")).layout,
  bff: async () => (await import("./bff.layout.ts")).layout,
  oauth2: async () => (await import("./oauth2.layout.ts")).layout,
}
