/** What came back of a request to a provider: a reply, or a failure. Stays inside the transport and the judge: its body may hold tokens. */
export type Answer = Reply | Failure

/** A reply that arrived whole. */
export interface Reply<Body = unknown> {
  readonly came: true
  readonly status: number
  readonly headers: Headers
  /** Values of the cookies that the reply sets, by name; a cookie that it clears is left out. Empty in a browser. */
  readonly cookies: Readonly<Record<string, string>>
  /** The parsed JSON, or undefined where the body is none. */
  readonly body: Body
  readonly kind: "json" | "html" | "empty" | "other"
  /** When the request went out and the reply was whole, epoch ms. */
  readonly sentAt: number
  readonly receivedAt: number
}

/** No reply, or none that arrived whole. */
export interface Failure {
  readonly came: false
  /** `notSent`: known not to have reached the provider. `lost`: nobody knows. */
  readonly how: "notSent" | "lost"
  /** What happened, without the request. */
  readonly cause: Error
}
