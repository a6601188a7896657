import { and, assign, createMachine, not, setup } from "xstate"

/** A small machine with a little of everything that a statechart has. */
export const player = setup({
  types: {} as { events: { type: "PLAY" | "PAUSE" | "STOP" | "EJECT" | "FAST" | "SLOW" | "RESET" | "TICK" | "MENU" | "BACK" } },
  guards: { hasDisc: () => true, isNear: (_, { s }: { end: string; s: number }) => s < 5, isLocked: () => false },
  delays: { untilBored: 1000 },
  actions: { count: () => {}, beep: (_, { times }: { times: number }) => void times },
}).createMachine({
  id: "player",
  description: "Plays discs.",
  initial: "empty",
  on: { RESET: ".empty", MENU: [{ guard: not("isLocked"), target: ".menu" }, { description: "The key is locked." }] },
  states: {
    empty: {
      description: "There is no disc.",
      tags: ["quiet"],
      on: { PLAY: { guard: "hasDisc", target: "on" } },
      after: { 1500: "asleep", 250: "asleep" },
    },
    on: {
      type: "parallel",
      entry: [{ type: "beep", params: { times: 2 } }, "count"],
      on: { EJECT: "empty", BACK: { target: ["on.sound.quiet", "on.speed.slow"] } },
      states: {
        sound: {
          initial: "loud",
          states: {
            loud: { on: { PAUSE: "quiet", TICK: { actions: "count", description: "Another second." } } },
            quiet: { on: { PLAY: "loud", STOP: "#player.asleep" } },
          },
        },
        speed: {
          initial: "normal",
          states: {
            normal: { on: { FAST: { target: "fast", guard: { type: "isNear", params: { end: "start", s: 3 } } } } },
            fast: { on: { FAST: { target: "fast", reenter: true }, SLOW: "slow" } },
            slow: { always: { guard: and(["hasDisc", "isLocked"]), target: "normal" }, on: { SLOW: "#player.on.speed" } },
            last: { type: "history" },
          },
        },
      },
    },
    asleep: { after: { untilBored: "gone" }, on: { PLAY: { target: "on.speed.last" } } },
    menu: { on: { BACK: "empty", STOP: "gone", "*": { actions: assign({}) } } },
    gone: { type: "final" },
  },
})

/** Names and texts that XML and Mermaid read in their own way. */
export const awkward = createMachine({
  id: 'a <b> & "c"',
  description: "Ends; begins: <again> & 100 % # {so}.",
  initial: "end",
  states: {
    end: { description: 'Says "</title>".', on: { "go;to:it": "state", "x-y": { target: "two words", guard: "a<b" } } },
    state: { on: { note: "two words" } },
    "two words": { on: { back: { target: "end", description: "--> [*]" } } },
  },
})

/** A machine without states. */
export const single = createMachine({ id: "single", on: { PING: { actions: "pong" } } })

/** Many states that all have arrows to one another. */
export const tangle = createMachine({
  id: "tangle",
  initial: "s0",
  states: Object.fromEntries(
    Array.from({ length: 6 }, (_, from) => [
      `s${from}`,
      { on: Object.fromEntries(Array.from({ length: 6 }, (_, to) => [`from.${from}.to.${to}`, `s${to}`])) },
    ]),
  ),
})

/** Three levels of states inside states, with arrows across all of them. */
export const deep = createMachine({
  id: "deep",
  initial: "a",
  states: {
    a: {
      initial: "b",
      states: {
        b: { initial: "c", states: { c: { on: { NEXT: "d", OUT: "#deep.z.y.x" } }, d: { on: { UP: "#deep.a", OVER: "#deep.a.e" } } } },
        e: { on: { IN: "b.d" } },
      },
    },
    z: { initial: "y", states: { y: { initial: "w", states: { w: {}, x: { on: { HOME: "#deep.a.b.c", RIGHT: "w" } } } } } },
  },
})

/** A region of each kind at the root. */
export const sides = createMachine({
  id: "sides",
  type: "parallel",
  states: {
    left: { initial: "up", states: { up: { on: { TURN: "down" } }, down: { on: { TURN: "up" } } } },
    right: { initial: "one", states: { one: { on: { NEXT: "two" } }, two: { type: "final" } } },
    still: { description: "A region without states." },
  },
})

export const machines = { player, awkward, single, tangle, deep, sides }
