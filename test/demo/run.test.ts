import { expect, it } from "vitest"
import { run } from "../../demo/run.ts"
import { surroundings } from "./surroundings.ts"

it("an unknown name gets the usage on stderr and exit code 2, and nothing is started", async () => {
  const around = surroundings({
    open: () => {
      throw new Error("started")
    },
  })
  expect(await run(["menu", "nobody"], around)).toBe(2)
  expect(around.stderr.text).toMatch(/no provider "nobody"[^]*Usage: npm start[^]*geins, unisouk, menu, commerce-engine, vault/)
  expect(around.stdout.text).toBe("")
})

it.each(["--help", "-h"])("%s gets the usage on stdout and exit code 0", async (flag) => {
  const around = surroundings()
  expect(await run([flag], around)).toBe(0)
  expect(around.stdout.text).toMatch(/^Usage: npm start/)
})

it("an emulator that cannot be started is an error, and those that run are closed", async () => {
  let closed = 0
  const open = async (name: string) => {
    if (name === "vault") throw new Error("no port")
    return { close: async () => void closed++ } as never
  }
  await expect(run(["menu", "vault"], surroundings({ open }))).rejects.toThrow("no port")
  expect(closed).toBe(1)
})
