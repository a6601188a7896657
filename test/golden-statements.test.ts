import { existsSync, readFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { describe, expect, it } from "vitest"
import type { Rules, Source } from "../src/core/rules.ts"
import { providers } from "./golden/providers.ts"

/** The documents in the table's order: how their rows are numbered, whose they are, and how many statements they make at the least. */
const documents = [
  { letter: "G", provider: "geins", atLeast: 50 },
  { letter: "U", provider: "unisouk", atLeast: 58 },
  { letter: "M", provider: "menu", atLeast: 46 },
  { letter: "C", provider: "commerce-engine", atLeast: 30 },
  { letter: "V", provider: "vault", atLeast: 31 },
] as const

type ProviderName = (typeof documents)[number]["provider"]

const sections = read("golden/statements.md").split(/^## /m).slice(1).map(sectionIn)

it("there is one section for each document", () => {
  expect(sections.map(({ heading }) => heading)).toEqual(documents.map(({ provider }) => headingOf(providers[provider].rules)))
})

describe.each(documents)("statements of the document of $provider", ({ letter, provider, atLeast }) => {
  const rows = sections[documents.findIndex((document) => document.letter === letter)]?.rows ?? []

  it(`there are ${atLeast} of them at least, numbered one by one`, () => {
    const expected = rows.map((_, index) => `${letter}${index + 1}`)
    const misplaced = rows.map(({ number }, index) => ({ number, place: expected[index] })).filter(({ number, place }) => number !== place)
    expectNone(misplaced.map(({ number, place }) => `${number || "a row without a number"} stands where ${place} belongs`))
    expect(rows.length, `the section of ${provider} has lost rows`).toBeGreaterThanOrEqual(atLeast)
  })

  it("each is held by what its row names, or the row says why by nothing", () => {
    expectNone(rows.flatMap((row) => complaintsAbout(row, provider)))
  })

  it("each reading that a switch plays has another one beside it", () => {
    const played = rows.flatMap(({ number, holders }) => holders.map((holder) => ({ number, parts: partsOf(SWITCH, holder) })))
    const alone = played.filter(
      ({ number, parts: { name, value } }) =>
        name !== undefined &&
        !played.some((other) => other.number !== number && other.parts["name"] === name && other.parts["value"] !== value),
    )
    expectNone(alone.map(({ number, parts: { name } }) => `${number}: it is the only row with a reading of the switch ${name}`))
  })

  it("each answer that the rules take from the document has a row", () => {
    const { rules } = providers[provider]
    const names = Object.keys(rules.answers).filter((name) => headed(rules.answers[name]?.source) === headingOf(rules))
    const held = rows.flatMap(({ holders }) => holders).join("\n")
    expectNone(names.filter((name) => !held.includes(`[answers ${name}]--> `)).map((name) => `no row has a line for the answer ${name}`))
  })
})

/** Fails with the sentences themselves. */
function expectNone(complaints: readonly string[]) {
  expect(complaints, complaints.join("\n")).toEqual([])
}

interface Row {
  readonly number: string
  readonly holders: readonly string[]
  /** What is wrong with the row itself. */
  readonly malformed: string | null
}

const GOLDEN = /^`(?<file>[\w.-]+\.txt): (?<line>.+)`$/
const RULE = /^`rules\.(?<field>[\w.]+)(?: = (?<value>.+))?`$/
const TEST = /^`(?<file>test\/[\w./-]+\.test\.ts): (?<title>.+)`$/
const SWITCH = /^`switches\.(?<name>\w+) = (?<value>.+)`$/
const NONE = /^none: (?<reason>.*)$/

function sectionIn(text: string): { readonly heading: string; readonly rows: readonly Row[] } {
  const [heading = "", ...lines] = text.trimEnd().split("\n")
  return {
    heading,
    rows: lines
      .filter((line) => line.trim() !== "")
      .slice(2)
      .map(rowIn),
  }
}

function rowIn(line: string): Row {
  const cells = line.split("|").map((cell) => cell.trim())
  const [before, number = "", statement, where, heldBy = "", after] = cells
  const isWhole = cells.length === 6 && before === "" && after === "" && statement !== "" && where !== ""
  const malformed = isWhole ? null : "it is no row of four columns: number, statement, where, held by"
  return { number, holders: heldBy.split("<br>"), malformed }
}

/** Sentences that say which row is wrong, and how. */
function complaintsAbout({ number, holders, malformed }: Row, provider: ProviderName): string[] {
  if (malformed !== null) return [`${number}: ${malformed}`]
  const lacksTest = holders.some((holder) => SWITCH.test(holder)) && !holders.some((holder) => TEST.test(holder))
  const isTorn = holders.length > 1 && holders.some((holder) => NONE.test(holder))
  return [
    ...holders.map((holder) => complaintAbout(holder, provider)).filter((complaint) => complaint !== null),
    ...(lacksTest ? ["it names a switch, but no test that runs this reading"] : []),
    ...(isTorn ? ["it is held by something and by nothing"] : []),
  ].map((complaint) => `${number}: ${complaint}`)
}

function complaintAbout(holder: string, provider: ProviderName): string | null {
  if (GOLDEN.test(holder)) return goldenComplaint(partsOf(GOLDEN, holder), provider)
  if (RULE.test(holder)) return ruleComplaint(partsOf(RULE, holder), provider)
  if (TEST.test(holder)) return testComplaint(partsOf(TEST, holder))
  if (SWITCH.test(holder)) return switchComplaint(partsOf(SWITCH, holder), provider)
  if (!NONE.test(holder)) return `${holder || "an empty cell"} is no golden line, rule, test or switch, and does not begin with "none: "`
  return (partsOf(NONE, holder)["reason"] ?? "").split(" ").length < 3 ? "it is held by nothing, and does not say why" : null
}

function goldenComplaint({ file = "", line }: Parts, provider: ProviderName): string | null {
  if (file !== `refresh.${provider}.txt` && file !== "session.txt") return `${file} is neither ${provider}'s golden table nor the session's`
  const lines = read(`golden/${file}`)
    .split("\n")
    .map((known) => known.split("  | ")[0])
  return lines.includes(line) ? null : `${file} has no line "${line}"`
}

function ruleComplaint({ field = "", value }: Parts, provider: ProviderName): string | null {
  const found = field.split(".").reduce<unknown>(fieldOf, providers[provider].rules)
  if (found === undefined) return `the rules of ${provider} have no field ${field}`
  if (value === undefined) return typeof found === "object" ? null : `it does not say the value of rules.${field}`
  return isDeepStrictEqual(found, parsed(value)) ? null : `rules.${field} of ${provider} is ${JSON.stringify(found)}, not ${value}`
}

function testComplaint({ file = "", title = "" }: Parts): string | null {
  const path = file.replace(/^test\//, "")
  if (!existsSync(new URL(path, import.meta.url))) return `there is no file ${file}`
  const titles = [...read(path).matchAll(/(?<!describe)\(\s*(["'`])(?<title>.+?)\1,/g)].map(({ groups }) => groups?.["title"])
  return titles.includes(title) ? null : `${file} has no test "${title}"`
}

function switchComplaint({ name = "", value = "" }: Parts, provider: ProviderName): string | null {
  const emulator = blockOf(read("../src/testing/emulator.types.ts"), `  "?${provider}"?`)
  const readings = new RegExp(`^ {6}${name}: (.+)$`, "m").exec(blockOf(emulator, "    switches"))?.[1]
  if (readings === undefined) return `the emulator of ${provider} has no switch ${name}`
  const isReading = readings.replace("boolean", "true | false").split(" | ").includes(value)
  return isReading ? null : `the switch ${name} is ${readings}, never ${value}`
}

type Parts = Partial<Record<string, string>>

function partsOf(form: RegExp, holder: string): Parts {
  return form.exec(holder)?.groups ?? {}
}

/** What stands between the braces of a member of a type; empty where there is none. */
function blockOf(source: string, member: string): string {
  return new RegExp(`^${member}: \\{\\n(.*?)^${/^ */.exec(member)?.[0]}\\}`, "ms").exec(source)?.[1] ?? ""
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** The document that a provider's own answers are from, as its section is headed. */
function headingOf({ answers }: Rules): string {
  return headed(Object.values(answers)[0]?.source)
}

function headed(source: Source | undefined): string {
  return source === undefined ? "" : `[${source.document}](${source.url})`
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8")
}
