import { createActor, setup } from "xstate"

export const name = "bare XState actor"
export const gives = "response"
export const cannot = { A: "sends nothing", B: "sends nothing", C: "sends nothing", E: "a part of sessionchart", F: "sends nothing" }

const machine = setup({ delays: { untilExpiring: ({ context }) => context.expiresAt - 60_000 - Date.now() } }).createMachine({
  context: ({ input }) => ({ expiresAt: input.expiresAt }),
  initial: "active",
  states: { active: { after: { untilExpiring: "expiring" } }, expiring: {} },
})

/** The least that any session of XState's costs: one actor with one `after`. @type {import("./adapter.js").Create} */
export function create() {
  let actor
  return {
    async signIn({ expiresAt }) {
      actor = createActor(machine, { input: { expiresAt } }).start()
    },
    request: () => Promise.reject(new Error("a bare actor sends nothing")),
    stop: () => actor.stop(),
  }
}
