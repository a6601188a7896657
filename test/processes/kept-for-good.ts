/** What oidc-provider says: fields of a token, a session or a grant. */
interface Payload {
  readonly uid?: string
  readonly grantId?: string
  consumed?: number
}

/** Keeps what oidc-provider gives it. Its own memory forgets what is beyond a thousand things, live refresh tokens among them. */
export class KeptForGood {
  readonly #model: string
  readonly #kept: Map<string, unknown>

  /** @param kept what all models share */
  constructor(model: string, kept: Map<string, unknown>) {
    this.#model = model
    this.#kept = kept
  }

  upsert(id: string, payload: Payload): Promise<void> {
    this.#kept.set(this.#key(id), payload)
    return Promise.resolve()
  }

  find(id: string): Promise<Payload | undefined> {
    return Promise.resolve(this.#kept.get(this.#key(id)) as Payload | undefined)
  }

  findByUid(uid: string): Promise<Payload | undefined> {
    return Promise.resolve(this.#ours().find(([, payload]) => payload.uid === uid)?.[1])
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  consume(id: string): Promise<void> {
    const payload = this.#kept.get(this.#key(id)) as Payload | undefined
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    return Promise.resolve()
  }

  destroy(id: string): Promise<void> {
    this.#kept.delete(this.#key(id))
    return Promise.resolve()
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.#ours()) if (payload.grantId === grantId) this.#kept.delete(key)
    return Promise.resolve()
  }

  #key(id: string): string {
    return `${this.#model} ${id}`
  }

  #ours(): [string, Payload][] {
    return [...this.#kept].filter(([key]) => key.startsWith(`${this.#model} `)) as [string, Payload][]
  }
}
