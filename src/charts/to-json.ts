import type { AnyStateMachine } from "xstate"
import { wordsOf } from "./words-of.ts"

/** A machine as plain data. */
export type MachineJson = { readonly [key: string]: Json | undefined }
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * Gives the definition of an XState machine as plain data: states, transitions and the names of guards, actions, actors and delays, but no
 * functions. `createMachine` takes it again, and so does Stately's editor.
 *
 * @example
 * writeFileSync("session.json", JSON.stringify(toJson(sessionMachine), null, 2))
 */
export function toJson(machine: AnyStateMachine): MachineJson {
  return { ...stateJson(machine.root.config as StateConfig), id: machine.id }
}

/** A config as users write it. */
type Config = Readonly<Record<string, unknown>>
type StateConfig = Config & { readonly states?: Readonly<Record<string, StateConfig>> }

function stateJson(config: StateConfig): MachineJson {
  const { id, type, history, target, description, initial, tags, meta, entry, exit, invoke, on, after, always, onDone, states } = config
  return withoutEmpty({
    id: plain(id),
    type: plain(type),
    history: plain(history),
    target: plain(target),
    description: plain(description),
    initial: typeof initial === "object" && initial !== null ? transitionJson(initial) : plain(initial),
    tags: plain(tags),
    meta: plain(meta),
    entry: allOf(entry, namedJson),
    exit: allOf(exit, namedJson),
    invoke: allOf(invoke, (actor) => actorJson(actor as Config)),
    on: eachOf(on, transitionsJson),
    after: eachOf(after, transitionsJson),
    always: transitionsJson(always),
    onDone: transitionsJson(onDone),
    states: eachOf(states, (state) => stateJson(state as StateConfig)),
  })
}

function actorJson({ src, id, systemId, onDone, onError, onSnapshot }: Config): MachineJson {
  return withoutEmpty({
    src: typeof src === "string" ? src : (plain(id) ?? "inline"),
    id: plain(id),
    systemId: plain(systemId),
    onDone: transitionsJson(onDone),
    onError: transitionsJson(onError),
    onSnapshot: transitionsJson(onSnapshot),
  })
}

function transitionsJson(transitions: unknown): Json | undefined {
  if (transitions === undefined) return undefined
  return Array.isArray(transitions) ? transitions.map(transitionJson) : transitionJson(transitions)
}

function transitionJson(transition: unknown): Json {
  if (typeof transition !== "object" || transition === null) return typeof transition === "string" ? transition : {}
  const { target, guard, actions, reenter, description, meta } = transition as Config
  return withoutEmpty({
    target: plain(target),
    guard: guard === undefined ? undefined : namedJson(guard),
    actions: allOf(actions, namedJson),
    reenter: plain(reenter),
    description: plain(description),
    meta: plain(meta),
  })
}

/** A guard or an action by name, with the params that are data. */
function namedJson(named: unknown): Json {
  if (typeof named !== "object" || named === null) return wordsOf(named)
  const { type, params } = named as { readonly type: string; readonly params?: unknown }
  return withoutEmpty({ type, params: plain(params) })
}

function allOf(values: unknown, of: (value: unknown) => Json): Json | undefined {
  return values === undefined ? undefined : Array.isArray(values) ? values.map(of) : of(values)
}

function eachOf(values: unknown, of: (value: unknown) => Json | undefined): MachineJson | undefined {
  if (values === undefined) return undefined
  // An event that is declared without anything is a transition that does nothing.
  return Object.fromEntries(Object.entries(values as Config).map(([name, value]) => [name, of(value) ?? {}]))
}

/** A value as JSON keeps it; functions are left out. */
function plain(value: unknown): Json | undefined {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? undefined : (JSON.parse(text) as Json)
}

function withoutEmpty(values: MachineJson): MachineJson {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
