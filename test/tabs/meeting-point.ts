/** Where the tabs of an origin wait for each other, so that they begin something at the same moment. */
export class MeetingPoint {
  readonly #channel: BroadcastChannel
  readonly #arrived = new Map<string, number>()
  #look = () => {}

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name)
    this.#channel.onmessage = ({ data }) => this.#note(data as string)
  }

  /** Resolves when so many tabs are here for the same. */
  async meet(what: string, tabs: number): Promise<void> {
    this.#channel.postMessage(what)
    this.#note(what)
    while (this.#arrived.get(what)! < tabs) await new Promise<void>((resolve) => (this.#look = resolve))
  }

  #note(what: string): void {
    this.#arrived.set(what, (this.#arrived.get(what) ?? 0) + 1)
    this.#look()
  }
}
