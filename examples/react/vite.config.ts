import react from "@vitejs/plugin-react"
import { startEmulator } from "sessionchart/testing/node"
import { defineConfig, type ProxyOptions } from "vite"

export default defineConfig(async ({ command }) => {
  const proxy: Record<string, ProxyOptions> =
    command === "serve" ? { "/api": { target: await providerUrl(), changeOrigin: true, rewrite: withoutApi } } : {}
  return { plugins: [react()], server: { proxy }, preview: { proxy } }
})

/** Your provider, if you name it; else one that lives in this process, with sessions so short that you need not wait for their end. */
async function providerUrl(): Promise<string> {
  if (process.env["PROVIDER_URL"]) return process.env["PROVIDER_URL"]
  const { url, credentials } = await startEmulator("commerce-engine", { accessTokenTtlS: 30, refreshTokenTtlS: 120 })
  console.log(`\n  Log in as ${credentials.email} with the password ${credentials.password}\n`)
  return url
}

function withoutApi(path: string): string {
  return path.replace(/^\/api/, "")
}
