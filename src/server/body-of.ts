import { Refusal } from "./refusal.ts"

/**
 * A request's body, read up to a limit.
 *
 * @throws {Refusal} 413 where it is longer
 */
export async function bodyOf(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLong(limit)
  if (request.body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request.body) {
    length += part.length
    if (length > limit) throw tooLong(limit)
    parts.push(part)
  }
  const body = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}

/**
 * A request's body as it comes, cut off where it becomes longer than the limit.
 *
 * @throws {Refusal} 413 where it says so beforehand
 */
export function limited({ body, headers }: Request, limit: number): ReadableStream<Uint8Array> | null {
  if (Number(headers.get("content-length") ?? 0) > limit) throw tooLong(limit)
  let length = 0
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      length += part.length
      if (length > limit) controller.error(tooLong(limit))
      else controller.enqueue(part)
    },
  })
  return body && body.pipeThrough(count)
}

function tooLong(limit: number): Refusal {
  return new Refusal(413, "too_large", `a body may have ${limit} bytes`)
}
