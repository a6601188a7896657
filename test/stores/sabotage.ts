import { replace } from "./replace.ts"

/** What goes wrong with this page's IndexedDB, and what it was asked for. */
export const sabotage = {
  /** So many transactions find their connection closed: Safari closes those of a page that it suspends, without a word. */
  closings: 0,
  /** Opening fails with an error of this name until then, in ms of `performance.now()`. */
  openingFails: { name: "", until: 0 },
  openings: 0,
  /** Modes and durabilities, in order. */
  transactions: [] as string[],
}

replace(
  IDBDatabase.prototype,
  "transaction",
  (transaction) =>
    function (this: IDBDatabase, ...given) {
      if (sabotage.closings-- > 0) this.close()
      const begun = transaction.apply(this, given)
      sabotage.transactions.push(`${begun.mode} ${begun.durability}`)
      return begun
    },
)

replace(
  IDBFactory.prototype,
  "open",
  (open) =>
    function (this: IDBFactory, ...given) {
      sabotage.openings += 1
      const { name, until } = sabotage.openingFails
      if (performance.now() < until) throw new DOMException("sabotage", name)
      return open.apply(this, given)
    },
)
