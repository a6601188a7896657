import { build, type Rollup } from "vite"
import { oncePerPath } from "./once-per-path.ts"

/** The script of a page, with everything that it imports, as it is developed with: what React checks in development, it checks. */
export const pageScriptOf = oncePerPath(async (entry: string): Promise<string> => {
  const [output] = (await build({
    configFile: false,
    logLevel: "error",
    mode: "development",
    define: { "process.env.NODE_ENV": '"development"' },
    build: { write: false, minify: false, target: "es2022", lib: { entry, formats: ["es"], fileName: "page" } },
  })) as Rollup.RollupOutput[]
  return output!.output[0].code
})
