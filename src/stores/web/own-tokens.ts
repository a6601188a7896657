import type { SessionRecord } from "../../core/record.ts"
import type { Change, Step } from "../../core/slot-steps.ts"
import type { HolderOptions, StoreConnection } from "../../core/store.ts"
import { webConnection } from "./connection.ts"

/**
 * A holder's way to a slot in IndexedDB that holds no token: each tab keeps its own access token, and what they share is who is signed
 * in and who may refresh. For sessions whose refresh credential is a cookie, so that every tab can get a token by a refresh.
 *
 * A generation counts the refreshes of all tabs. A tab that has none of it sees its session lapsed, at the newest one.
 */
export function ownTokensConnection(key: string, options: HolderOptions): StoreConnection {
  /** The grant of this tab. */
  let own: SessionRecord | null = null

  function seen(shared: SessionRecord): SessionRecord {
    const { generation, usedAt, sentAt, lease, notBefore } = shared
    if (own?.sid !== shared.sid) return withoutTokens(shared)
    // Not "fresh" because of what another tab got: that is not ours.
    return { ...own, expiresAt: own.generation === generation ? own.expiresAt : LAPSED, generation, usedAt, sentAt, lease, notBefore }
  }

  function through<Result>(step: Step<Result>): Step<Result> {
    return (shared, now): Change<Result> => {
      const { result, record, notice } = step(shared && seen(shared), now)
      if (!record) return { result, ...(record === null && { record }), ...(notice && { notice }) }
      const isGrant = notice?.is === "granted"
      if (isGrant) own = record
      if (shared === null || shared.sid !== record.sid) return { result, record: withoutTokens(record), ...(notice && { notice }) }
      // A refresh is no news to the other tabs: their tokens are as good as before.
      const { generation, usedAt, sentAt, lease, notBefore } = record
      const news = notice?.is === "used" ? { notice } : {}
      return { result, record: { ...withoutTokens(isGrant ? record : shared), generation, usedAt, sentAt, lease, notBefore }, ...news }
    }
  }

  const connection = webConnection(key, options, through)
  return {
    ...connection,
    async read() {
      const record = await connection.read()
      return record !== null && own?.sid === record.sid
        ? { ...own, usedAt: record.usedAt, sentAt: record.sentAt, lease: record.lease }
        : record
    },
    async commit(sid, spentGeneration, successor) {
      const came = await connection.commit(sid, spentGeneration, successor)
      if (came !== "stale") return came
      // Another tab was faster, with another token: ours is good all the same.
      own = successor
      return "committed"
    },
  }
}

const LAPSED = 0

function withoutTokens(record: SessionRecord): SessionRecord {
  return { ...record, accessToken: "not kept", refreshToken: null, expiresAt: LAPSED }
}
