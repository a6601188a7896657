import type { Clock } from "../core/clock.ts"
import type { SessionRecord } from "../core/record.ts"
import { LEASE_MS, LEASE_WAIT_MS, type Notice, type SessionStore, type StoreConnection } from "../core/store.ts"
import { must, mustEqual } from "./must.ts"
import { recordAt } from "./record-at.ts"
import { globalRunner, type Runner } from "./runner.ts"

/** A store under test, and the time that it lives in. */
export interface StoreUnderTest {
  /** Makes an empty slot; called anew for every test. */
  readonly create: () => SessionStore | Promise<SessionStore>
  /** The clock that its holders get. */
  readonly clock: Clock
  /** Lets time pass, for that clock and for the store: `(ms) => clock.advance(ms)` of a manual clock, waiting for a real one. */
  readonly advance: (ms: number) => Promise<void>
}

/**
 * The tests that every store must pass: whoever writes names the `(sid, generation)` it spent, one holder refreshes at a time, the first
 * successor of a generation wins, and what is ended stays ended.
 *
 * @param runner where `describe` and `it` are not global
 * @example
 * const clock = manualClock()
 * storeContract({ create: () => memoryStore(), clock, advance: (ms) => clock.advance(ms) }, { describe, it })
 */
export function storeContract({ create, clock, advance }: StoreUnderTest, { describe, it }: Runner = globalRunner()): void {
  const test = (title: string, body: (connect: (holder: string) => StoreConnection) => Promise<void>) =>
    it(title, async () => {
      const store = await create()
      const connections: StoreConnection[] = []
      await body((holder) => {
        const connection = store.connect({ holder, clock })
        connections.push(connection)
        return connection
      }).finally(() => connections.forEach((connection) => connection.close()))
    })
  const first = (fields: Partial<SessionRecord> = {}): SessionRecord => recordAt(clock.now(), fields)

  describe("as a store", () => {
    test("it is empty at first", async (connect) => mustEqual(await connect("a").read(), null, "a new slot must hold nothing"))

    test("it gives back what was put in, to every holder, field by field", async (connect) => {
      const record = first({
        user: { id: "1", name: "Zoë 𝕏", tags: [null, 1.5, true], at: { deep: "\u0000" } },
        accessToken: "x".repeat(100_000),
      })
      await connect("a").create(record)
      mustEqual(await connect("b").read(), record, "the record must come back as it was")
    })

    test("a new session takes the place of whatever was there", async (connect) => {
      const a = connect("a")
      await a.create(first())
      await connect("b").create(first({ sid: "other" }))
      mustEqual((await a.read())?.sid, "other", "the newer session must be the one that is there")
    })

    test("a session that is stored late displaces only the one that it was meant to", async (connect) => {
      const a = connect("a")
      const late = first({ sid: "late" })
      mustEqual(await a.create(late, { insteadOf: "sid" }), false, "an empty slot holds no session to displace")
      await connect("b").create(first())
      mustEqual(await a.create(late, { insteadOf: null }), false, "the slot is empty no more")
      mustEqual(await a.create(late, { insteadOf: "other" }), false, "another session is there by now")
      mustEqual((await a.read())?.sid, "sid", "what came meanwhile must stay")
      mustEqual(await a.create(late, { insteadOf: "sid" }), true, "the session that is there was meant")
      mustEqual((await a.read())?.sid, "late", "it must be the one that is there")
    })
  })

  describe("as a store whose holders refresh one at a time", () => {
    test("of many holders that ask at once, one gets the lease", async (connect) => {
      const holders = Array.from({ length: 8 }, (_, index) => connect(`holder ${index}`))
      await holders[0]!.create(first())
      const asked = Promise.all(holders.map((holder) => holder.acquire("sid", 1)))
      await advance(LEASE_WAIT_MS + 1)
      // Nobody renews here, so a second one may get it when the first lease has run out, but never two within one lease.
      const leased = (await asked).filter(({ is }) => is === "leased")
      must(
        leased.length >= 1 && leased.length <= 1 + Math.floor(LEASE_WAIT_MS / LEASE_MS),
        `one holder at a time must get the lease, got ${leased.length}`,
      )
    })

    test("a holder that waits gets it when it is released", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      mustEqual((await a.acquire("sid", 1)).is, "leased", "a free lease must be given")
      const waiting = b.acquire("sid", 1)
      await a.release("sid", null)
      await advance(1_000)
      mustEqual((await waiting).is, "leased", "a released lease must go to who waits for it")
    })

    test("a holder that waits is told of the grant that came meanwhile", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await a.acquire("sid", 1)
      const waiting = b.acquire("sid", 1)
      mustEqual(await a.commit("sid", 1, first({ generation: 2 })), "committed", "the holder of the lease must be able to commit")
      await advance(1_000)
      const acquired = await waiting
      mustEqual(
        [acquired.is, acquired.is === "fresh" && acquired.record.generation],
        ["fresh", 2],
        "who waited must get the new grant, not the lease",
      )
    })

    test("waiting is bounded, as long as the lease is renewed", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await a.acquire("sid", 1)
      const waiting = b.acquire("sid", 1)
      for (let waited = 0; waited <= LEASE_WAIT_MS; waited += LEASE_MS / 2) {
        mustEqual(await a.renew("sid"), true, "our own lease must be renewable")
        await advance(LEASE_MS / 2)
      }
      mustEqual((await waiting).is, "busy", "who waited long enough must be told that somebody is busy")
    })

    test("a lease that nobody renews runs out, and its successor sees what was sent", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await a.acquire("sid", 1)
      mustEqual(await a.markSent("sid", 1), true, "the holder of the lease must be able to mark")
      const waiting = b.acquire("sid", 1)
      await advance(LEASE_MS + 1_000)
      const acquired = await waiting
      must(
        acquired.is === "leased" && acquired.record.sentAt !== null,
        "the next holder must get the lease and see the mark of the sending",
      )
      mustEqual([await a.markSent("sid", 1), await a.renew("sid")], [false, false], "who lost its lease must be told so")
    })

    test("a mark keeps its first moment, and can be taken back", async (connect) => {
      const a = connect("a")
      await a.create(first())
      await a.acquire("sid", 1)
      await a.markSent("sid", 1)
      const sentAt = (await a.read())?.sentAt
      await advance(1_000)
      await a.markSent("sid", 1)
      mustEqual((await a.read())?.sentAt, sentAt, "a replay must not make the doubt younger")
      await a.clearSent("sid", 1)
      mustEqual((await a.read())?.sentAt, null, "what is known not to have been done must be unmarked")
    })

    test("what the provider asked for is there for the next holder", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await a.acquire("sid", 1)
      const notBefore = clock.now() + 60_000
      await a.release("sid", notBefore)
      const acquired = await b.acquire("sid", 1)
      mustEqual(acquired.is === "leased" && acquired.record.notBefore, notBefore, "Retry-After must bind all holders")
    })

    test("a newer grant that has lapsed is no reason not to refresh", async (connect) => {
      const a = connect("a")
      await a.create(first({ generation: 3, expiresAt: clock.now() - 1 }))
      const acquired = await a.acquire("sid", 1)
      mustEqual(
        [acquired.is, acquired.is === "leased" && acquired.record.generation],
        ["leased", 3],
        "the lease must be on the record as it is now",
      )
    })

    test("of another session there is nothing to lease", async (connect) => {
      const a = connect("a")
      mustEqual(await a.acquire("sid", 1), { is: "gone", record: null }, "an empty slot has nothing to refresh")
      await a.create(first({ sid: "other" }))
      const acquired = await a.acquire("sid", 1)
      mustEqual(acquired.is === "gone" && acquired.record?.sid, "other", "who is there instead must be told")
    })
  })

  describe("as a store in which the first successor wins", () => {
    test("a commit names the generation that it spent", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      mustEqual(
        await a.commit("sid", 1, first({ generation: 2, accessToken: "of a" })),
        "committed",
        "the first successor must be stored, whoever has the lease",
      )
      mustEqual(await b.commit("sid", 1, first({ generation: 2, accessToken: "of b" })), "stale", "a second successor must be refused")
      mustEqual((await b.read())?.accessToken, "of a", "the first successor must stay")
    })

    test("a commit frees the lease and resolves the doubt", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await a.acquire("sid", 1)
      await a.markSent("sid", 1)
      await a.commit("sid", 1, first({ generation: 2 }))
      mustEqual([(await b.read())?.lease, (await b.read())?.sentAt], [null, null], "lease and mark belong to the spent generation")
      mustEqual((await b.acquire("sid", 2)).is, "leased", "the next refresh must not wait")
    })

    test("what is ended stays ended: a late commit does not bring it back", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await a.acquire("sid", 1)
      const ended = await b.end("sid", null)
      mustEqual([ended.is, ended.record?.lease?.holder], ["ended", "a"], "a logout needs no lease, and is told who had it")
      mustEqual(await a.commit("sid", 1, first({ generation: 2 })), "gone", "a late grant must find its session gone")
      mustEqual(await a.read(), null, "the slot must stay empty")
    })

    test("a commit does not land in another session", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first())
      await b.create(first({ sid: "other" }))
      mustEqual(await a.commit("sid", 1, first({ generation: 2 })), "gone", "the grant of one user must never be stored for another")
      mustEqual((await a.read())?.sid, "other", "the other session must stay as it is")
    })

    test("only the refused generation is deleted", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      await a.create(first({ generation: 2 }))
      const ended = await b.end("sid", 1)
      mustEqual(ended.is === "stale" && ended.record.generation, 2, "who was refused with an old generation must be shown the new one")
      mustEqual((await b.end("sid", 2)).is, "ended", "the generation that is there can be deleted")
      mustEqual(await b.end("sid", 2), { is: "gone", record: null }, "once")
    })
  })

  describe("as a store that remembers use", () => {
    test("the latest one, whoever tells of it, and tells the others", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      const heard: Notice[] = []
      b.watch((notice) => heard.push(notice))
      await advance(1_000)
      const begun = clock.now()
      await a.create(first({ usedAt: begun }))
      await a.noteUse("sid", begun + 2_000)
      await b.noteUse("sid", begun + 1_000)
      mustEqual((await b.read())?.usedAt, begun + 2_000, "the latest use must be remembered")
      await a.noteUse("another sid", begun + 3_000)
      mustEqual((await b.read())?.usedAt, begun + 2_000, "use of another session must not count")
      await a.commit("sid", 1, first({ generation: 2, usedAt: begun }))
      mustEqual((await b.read())?.usedAt, begun + 2_000, "a grant must not forget it")
      await advance(1_000)
      mustEqual(
        heard.filter(({ is }) => is === "used"),
        [{ is: "used", sid: "sid", at: begun + 2_000 }],
        "holders must be told of later use, by others",
      )
    })
  })

  describe("as a store that tells its other holders", () => {
    test("of grants and ends, without a token, until they stop listening", async (connect) => {
      const [a, b] = [connect("a"), connect("b")]
      const heard: Notice[] = []
      const heardByItself: Notice[] = []
      const unwatch = b.watch((notice) => heard.push(notice))
      a.watch((notice) => heardByItself.push(notice))
      await advance(1_000)
      await a.create(first())
      await a.commit("sid", 1, first({ generation: 2 }))
      await a.end("sid", null)
      await advance(1_000)
      mustEqual(
        heard,
        [
          { is: "granted", sid: "sid", generation: 1 },
          { is: "granted", sid: "sid", generation: 2 },
          { is: "ended", sid: "sid" },
        ],
        "all of it must be told, in order",
      )
      mustEqual(heardByItself, [], "a holder must not be told of what it did itself")
      unwatch()
      await a.create(first())
      await advance(1_000)
      mustEqual(heard.length, 3, "who has stopped listening must not be told")
    })
  })
}
