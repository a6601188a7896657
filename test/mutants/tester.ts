import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { loadConfigFromFile } from "vite"
import { createVitest, type CliOptions } from "vitest/node"
import type { Done, Order, Ran, Report } from "./crew.ts"

// Runs tests in a copy of the repository, for as long as it is told to: so vitest starts once, and not for every mutant.
const root = process.cwd()
const loaded = await loadConfigFromFile({ command: "serve", mode: "test" }, join(root, "vitest.config.ts"))
const options: CliOptions = {
  root,
  config: false,
  watch: false,
  include: ["test/**/*.test.ts"],
  testTimeout: 20_000,
  bail: 1,
  maxWorkers: 1,
  silent: true,
  reporters: [{}],
  setupFiles: [join(root, "test/mutants/tester.setup.ts")],
  execArgv: ["--max-old-space-size=1024"],
}
const vitest = await createVitest("test", options, { resolve: loaded?.config.resolve ?? {} })
await vitest.standalone()
await vitest.globTestSpecifications()

process.on("message", (order: Order) => void follow(order).then((done) => tell({ ...done, number: order.number })))
process.on("disconnect", () => void vitest.exit(true))
tell({ is: "done", number: 0 })

function tell(report: Report): void {
  process.send?.(report)
}

async function follow(order: Order): Promise<Done | Ran> {
  if (order.is === "run") return run(join(root, order.test))
  writeFileSync(join(root, order.file), order.text)
  vitest.invalidateFile(join(root, order.file))
  return { is: "done" }
}

async function run(test: string): Promise<Ran> {
  vitest.state.errorsSet.clear()
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(vitest.getModuleSpecifications(test))
  const found = testModules.find(({ moduleId }) => moduleId === test)
  const failed = [...(found?.children.allTests("failed") ?? [])][0]
  const error = failed?.result().errors?.[0] ?? found?.errors()[0] ?? (unhandledErrors[0] as { message: string } | undefined)
  return {
    is: "ran",
    passed: found?.state() === "passed" && unhandledErrors.length === 0,
    killer: `${failed?.fullName ?? "the whole file"}: ${error?.message ?? ""}`,
    ...found?.meta(),
  }
}
