/**
 * Positions on a line that keep their distances. Each has a least and a greatest place that leave room for all others; to put one somewhere
 * narrows the others down.
 *
 * @example
 * const distances = new Distances()
 * const [left, right] = [distances.add(), distances.add()]
 * distances.keep(left, right, 10)
 */
export class Distances {
  readonly #after: Map<number, number>[] = []
  readonly #before: Map<number, number>[] = []
  readonly #least: number[] = []
  readonly #greatest: number[] = []

  /** Adds a position, which may be anywhere from 0 on, or has its one place. */
  add(place?: number): number {
    this.#after.push(new Map())
    this.#before.push(new Map())
    this.#least.push(place ?? 0)
    this.#greatest.push(place ?? Infinity)
    return this.#least.length - 1
  }

  /** The second is at least so far to the right of the first; where that is negative, it may be so far to the left. */
  keep(first: number, second: number, distance: number): void {
    if (first === second || (this.#after[first]!.get(second) ?? -Infinity) >= distance) return
    this.#after[first]!.set(second, distance)
    this.#before[second]!.set(first, distance)
  }

  /** Finds out, for all, what the distances leave. */
  settle(): void {
    this.#raise([...this.#least.keys()])
    this.#lower([...this.#greatest.keys()])
  }

  least(position: number): number {
    return this.#least[position]!
  }

  greatest(position: number): number {
    return this.#greatest[position]!
  }

  /** Puts a position as near to a wish as the others let it, and returns its place. */
  put(position: number, wish: number): number {
    const place = Math.min(Math.max(Math.round(wish), this.#least[position]!), this.#greatest[position]!)
    this.#least[position] = place
    this.#greatest[position] = place
    this.#raise([position])
    this.#lower([position])
    return place
  }

  #raise(changed: number[]): void {
    for (let first = changed.shift(); first !== undefined; first = changed.shift()) {
      for (const [second, distance] of this.#after[first]!) {
        const least = this.#least[first]! + distance
        if (least <= this.#least[second]!) continue
        this.#least[second] = least
        changed.push(second)
      }
    }
  }

  #lower(changed: number[]): void {
    for (let second = changed.shift(); second !== undefined; second = changed.shift()) {
      for (const [first, distance] of this.#before[second]!) {
        const greatest = this.#greatest[second]! - distance
        if (greatest >= this.#greatest[first]!) continue
        this.#greatest[first] = greatest
        changed.push(first)
      }
    }
  }
}
