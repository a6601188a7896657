/**
 * What every adapter is: `name`, `gives` (a `response` with its body unread, or the parsed `data`), `create`, and optionally `cannot`,
 * which says why a contender does not take part in a test; `stubs`: where it can only be measured on some.
 *
 * @typedef {{ name: string, gives: "response" | "data", create: Create, packages?: string[], stubs?: string[], cannot?: Partial<Record<"A" | "B" | "C" | "D" | "E" | "F", string>> }} Adapter
 * @typedef {(given: { fetch: typeof globalThis.fetch }) => Client} Create
 * @typedef {import("../stub/provider.js").Grant} Grant
 * @typedef {{ signIn(grant: Grant): Promise<unknown>, request(): Promise<unknown>, stop(): unknown, isSignedIn?(): boolean }} Client
 */

/** @param {string} id the file's name @returns {Promise<Adapter>} */
export const adapterOf = (id) => import(`./${id}.js`)
