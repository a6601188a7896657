import process from "node:process"
import { run } from "./run.ts"

const interrupt = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort())
// Whoever reads us may stop early: `npm start | head`.
process.stdout.on("error", () => interrupt.abort())

const { argv, env, stdout, stderr } = process
process.exitCode = await run(argv.slice(2), { stdout, stderr, env, signal: interrupt.signal })
