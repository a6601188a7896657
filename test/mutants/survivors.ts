import { readFileSync } from "node:fs"

const LIST = new URL("survivors.txt", import.meta.url)

/** Mutants that may survive: their ids, with the reason why no test can or need notice them. */
export function excused(text = readFileSync(LIST, "utf8")): ReadonlyMap<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"))
  const reasons = new Map<string, string>()
  let id = ""
  for (const line of lines) {
    if (line.startsWith(" ")) reasons.set(id, `${reasons.get(id) ?? ""} ${line.trim()}`.trim())
    else reasons.set((id = line), "")
  }
  return reasons
}
