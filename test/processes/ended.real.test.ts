import { afterAll, describe, expect, test, vi } from "vitest"
import { closeAll } from "../redis/closing.ts"
import { hasRedis } from "../redis/start-redis.ts"
import { Application } from "./application.ts"
import { holdRefreshes } from "./hold-refreshes.ts"
import { redisAndScript } from "./redis-and-script.ts"
import { Visitor } from "./visitor.ts"

const RACES = Number(process.env["RACES"] ?? 10)
const SOON = { timeout: 20_000 }

afterAll(closeAll)

describe.skipIf(!hasRedis)("sessions that end in one process while another one refreshes them", { timeout: 120_000 }, () => {
  const at = redisAndScript()

  /** What the provider would still take. */
  const liveAt = ({ emulator }: Application) => emulator.ledger.refreshCredentials.filter(({ state }) => state === "live")

  test.for(["at once", "when released"] as const)(
    "S13 S27 a logout during a refresh that is carried out %s is never undone",
    async (carriedOut) => {
      const application = await Application.begin(at.script.path, at.redis)
      const [refreshing, other] = await application.startAll(2)
      const { visitor } = await application.signInExpired(refreshing!)
      const held = holdRefreshes(application.emulator, carriedOut)
      const asked = visitor.ask(refreshing!)
      await vi.waitFor(() => expect(held.many).toBe(1), SOON)
      expect((await visitor.logOut(other!)).status).toBe(200)
      expect((await asked).status).toBe(401)
      held.release()
      for (const server of [refreshing!, other!]) expect((await visitor.session(server)).status).toBe(204)
      // Nor does the late grant live on at the provider.
      await vi.waitFor(() => expect(liveAt(application)).toEqual([]), SOON)
      expect(application.emulator.ledger.refreshCredentials).toHaveLength(2)
      await vi.waitFor(() => expect(refreshing!.commits).toEqual(["gone"]), SOON)
      for (const server of [refreshing!, other!]) expect((await visitor.session(server)).status).toBe(204)
    },
  )

  test(`S13 S27 ${RACES} logouts beside refreshes in all processes: not one session comes back`, async ({ task }) => {
    const application = await Application.begin(at.script.path, at.redis)
    const servers = await application.startAll()
    const sessions = await Promise.all(Array.from({ length: RACES }, () => application.signInExpired(servers[0]!)))
    await Promise.all(
      sessions.flatMap(({ visitor }, index) => [
        ...servers.map((server) => visitor.ask(server)),
        // Some of them a moment later: after as many looks at something else as there are sessions before it.
        (async () => {
          for (let looks = 0; looks < index % 8; looks++) await new Visitor().session(servers[looks % servers.length]!)
          expect((await visitor.logOut(servers[index % servers.length]!)).status).toBe(200)
        })(),
      ]),
    )
    await vi.waitFor(() => expect(liveAt(application)).toEqual([]), SOON)
    const seen = await Promise.all(sessions.flatMap(({ visitor }) => servers.map((server) => visitor.session(server))))
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([204]))
    task.meta.proof = {
      what: "S13 S27: logout in one process beside refreshes in all of them",
      many: `${RACES} sessions`,
      result: "0 resurrected, 0 live at the provider",
    }
  })

  test(`S31 ${RACES} browsers whose user changes while the first one's refresh is out`, async ({ task }) => {
    const application = await Application.begin(at.script.path, at.redis)
    const { emulator } = application
    const servers = await application.startAll()
    const first = await Promise.all(Array.from({ length: RACES }, () => application.signInExpired(servers[0]!)))
    const held = holdRefreshes(emulator, "at once", RACES)
    const before = first.map(({ visitor: { cookie } }) => new Visitor(cookie))
    const asked = before.map((visitor, index) => visitor.ask(servers[index % 4]!))
    await vi.waitFor(() => expect(held.many).toBe(RACES), SOON)
    const marks = await Promise.all(first.map(({ visitor }) => visitor.mark(servers[3]!)))
    const users = new Set(emulator.ledger.refreshCredentials.map(({ user }) => user))
    expect(users.size).toBe(1)

    // The same browser, with the cookie of the first session.
    await Promise.all(first.map(({ visitor }, index) => application.signInAs(1, visitor, servers[(index + 1) % 4]!)))
    for (const visitor of before) await vi.waitFor(async () => expect((await visitor.session(servers[0]!)).status).toBe(204), SOON)
    held.release()
    for (const { status, body } of await Promise.all(asked)) expect([status, body?.error]).toEqual([401, "session_ended"])
    await Promise.all(
      first.flatMap(({ visitor }, index) =>
        servers.map(async (server) => {
          const { status, body } = await visitor.ask(server)
          expect(status).toBe(200)
          expect(users.has(body!.user!), "answered as the first user").toBe(false)
          const late = await visitor.send(server, "/auth/api/resource", { headers: { authorization: marks[index]! } })
          expect([late.status, late.body?.error]).toEqual([401, "session_replaced"])
        }),
      ),
    )
    await vi.waitFor(() => expect(liveAt(application).filter(({ user }) => users.has(user))).toEqual([]), SOON)
    expect(liveAt(application)).toHaveLength(RACES)
    task.meta.proof = {
      what: "S31: another user logs in, in the same browser and another process, while a refresh is out",
      many: `${RACES} sessions`,
      result: "0 grants in the wrong session, 0 requests as the wrong user",
    }
  })
})
