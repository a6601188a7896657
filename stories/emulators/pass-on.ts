import { request, type IncomingMessage, type ServerResponse } from "node:http"
import { pipeline } from "node:stream/promises"

/** Passes a request on to another server, and its answer back. */
export async function passOn(incoming: IncomingMessage, outgoing: ServerResponse, to: string): Promise<void> {
  try {
    const answer = await ask(incoming, to)
    for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) outgoing.setHeader(name, value)
    outgoing.writeHead(answer.statusCode ?? 502)
    await pipeline(answer, outgoing)
  } catch {
    breakOff(outgoing)
  }
}

function ask(incoming: IncomingMessage, to: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(to + incoming.url, { method: incoming.method, headers: incoming.headers }, resolve)
    asked.once("error", reject)
    incoming.once("close", () => incoming.complete || asked.destroy())
    incoming.pipe(asked)
  })
}

/**
 * The connection dies, as the emulator's has. Not before a first line has gone out: where nothing at all comes back on a connection that
 * was used before, Chromium sends the request again by itself, and a refresh would be spent twice. It goes past `outgoing`, which may be
 * made to keep headers back until there is something to compress.
 */
function breakOff({ headersSent, socket }: ServerResponse): void {
  if (headersSent) socket?.destroy()
  else socket?.end("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n")
}
