import { parseSync, type ESTree } from "vite"

export type Node = ESTree.Node

/** A node where it stands. */
export interface Place {
  readonly node: Node
  /** The nodes around it, the nearest first. */
  readonly parents: readonly Node[]
  readonly source: Source
}

export interface Source {
  readonly file: string
  readonly text: string
  /** Whether it draws a chart. */
  readonly isChart: boolean
  /** The strings of this file that stand in the same role: what one of them may be mistaken for. */
  readonly strings: Map<string, string[]>
}

/** Every place of a file where code runs: neither types nor imports, and no text that is for people only. */
export function placesIn(file: string, text: string): Place[] {
  const source: Source = { file, text, isChart: file.startsWith("machines/"), strings: new Map() }
  return [...walk(programOf(file, text), [], source)]
}

/** @throws {SyntaxError} where it is no TypeScript. */
export function programOf(file: string, text: string): Node {
  const { program, errors } = parseSync(file, text, { lang: "ts", preserveParens: false })
  if (errors[0] !== undefined) throw new SyntaxError(`${file}: ${errors[0].message}`)
  return program
}

function* walk(node: Node, parents: readonly Node[], source: Source): Generator<Place> {
  if (isSilent(node, parents)) return
  yield { node, parents, source }
  for (const child of childrenOf(node)) yield* walk(child, [node, ...parents], source)
}

export function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value)
}

const IN_CODE = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"])
const FOR_PEOPLE = new Set(["description", "says"])

/** Whether nothing in a node can change what the program does. */
function isSilent(node: Node, [parent]: readonly Node[]): boolean {
  if (node.type.startsWith("TS") && !IN_CODE.has(node.type)) return true
  if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") return true
  if (node.type === "Property" && FOR_PEOPLE.has(keyOf(node) ?? "")) return true
  if (parent?.type === "Property" && parent.key === node && !parent.computed && !parent.shorthand) return true
  return isText(node) || (parent?.type === "NewExpression" && isMessage(node, parent))
}

/** A sentence, or part of one. */
function isText(node: Node): boolean {
  return node.type === "Literal" && typeof node.value === "string" && node.value.includes(" ")
}

/** What an error says; its code, and what it carries, are no message. */
function isMessage(node: Node, { callee, arguments: given }: ESTree.NewExpression): boolean {
  const isOfError = callee.type === "Identifier" && callee.name.endsWith("Error")
  return isOfError && given.includes(node as never) && node.type !== "Literal" && node.type !== "ObjectExpression"
}

/** The name of a property, a method or a member, where it is written out. */
export function keyOf(node: Node): string | null {
  if (node.type === "MemberExpression") return node.computed ? null : nameOf(node.property)
  if (node.type !== "Property" && node.type !== "MethodDefinition" && node.type !== "PropertyDefinition") return null
  return node.computed ? null : nameOf(node.key)
}

export function nameOf(node: Node | null): string | null {
  if (node?.type === "Identifier" || node?.type === "PrivateIdentifier") return node.name
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : null
}

export function textOf({ source }: Place, { start, end }: Node): string {
  return source.text.slice(start, end)
}

/** Where a place is, by the names of what is around it. */
export function pathOf({ node, parents }: Place): string {
  const names = [node, ...parents].toReversed().map((each) => {
    if (each.type === "VariableDeclarator" || each.type === "FunctionDeclaration" || each.type === "ClassDeclaration")
      return nameOf(each.id)
    return each.type === "MemberExpression" ? null : keyOf(each)
  })
  return names.filter((name) => name !== null).join(".")
}
