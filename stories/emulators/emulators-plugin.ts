import type { IncomingMessage, ServerResponse } from "node:http"
import type { Plugin, ViteDevServer } from "vite"
import { EMULATORS_PATH } from "./emulators-path.ts"
import type { Order, Wanted } from "./emulators.types.ts"
import { HostedEmulator } from "./hosted-emulator.ts"

/** So many stay alive; a page that is reloaded leaves its own behind. */
const MOST = 12

/**
 * Puts emulators behind Vite's server: `POST /emulators` starts one, `POST /emulators/<id>/control` tells it what to do,
 * `POST /emulators/<id>/mint` begins a session, `DELETE /emulators/<id>` stops it, and whatever else is below `/emulators/<id>` is
 * passed on to it, over real HTTP.
 */
export function emulatorsPlugin(): Plugin {
  const hosted = new Map<string, HostedEmulator>()
  let count = 0

  async function start(server: ViteDevServer, incoming: IncomingMessage): Promise<unknown> {
    const wanted = await bodyOf<Wanted>(incoming)
    const id = String(++count)
    const emulator = await HostedEmulator.start(server, wanted, `http://${incoming.headers.host}${EMULATORS_PATH}/${id}`)
    hosted.set(id, emulator)
    const [oldest] = hosted.keys()
    if (oldest !== undefined && hosted.size > MOST) await stop(oldest)
    return { path: `${EMULATORS_PATH}/${id}`, options: emulator.options, users: emulator.users }
  }

  async function stop(id: string): Promise<void> {
    const emulator = hosted.get(id)
    hosted.delete(id)
    await emulator?.close()
  }

  async function serve(server: ViteDevServer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? "/", "http://emulators")
    const [, id = "", action] = pathname.split("/")
    if (id === "" && incoming.method === "POST") return sendJson(outgoing, await start(server, incoming))
    const emulator = hosted.get(id)
    if (emulator === undefined) return sendJson(outgoing, { error: `there is no emulator "${id}"` }, 404)
    if (action === undefined && incoming.method === "DELETE") return sendJson(outgoing, await stop(id))
    if (action === "control") return sendJson(outgoing, emulator.obey(await bodyOf<Order>(incoming)))
    if (action === "mint") return emulator.mint(await bodyOf<{ user: 0 | 1 }>(incoming), outgoing)
    incoming.url = incoming.url?.slice(`/${id}`.length) || "/"
    return emulator.passOn(incoming, outgoing)
  }

  return {
    name: "sessionchart:emulators",
    configureServer(server) {
      server.middlewares.use(EMULATORS_PATH, (incoming, outgoing, next) => {
        serve(server, incoming, outgoing).catch(next)
      })
    },
    async closeBundle() {
      await Promise.all([...hosted.keys()].map(stop))
    },
  }
}

async function bodyOf<Body>(incoming: IncomingMessage): Promise<Body> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  return JSON.parse(Buffer.concat(chunks).toString()) as Body
}

function sendJson(outgoing: ServerResponse, body: unknown, status = 200): void {
  outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? null))
}
