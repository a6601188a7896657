/** An answer of the handler's own, thrown by whoever finds that the request goes no further. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  /** Why the session ended, where that is what it says. */
  readonly reason: string | null

  constructor(
    status: number,
    code: string,
    message: string,
    { headers = {}, reason = null }: { readonly headers?: Readonly<Record<string, string>>; readonly reason?: string | null } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.headers = headers
    this.reason = reason
  }
}
