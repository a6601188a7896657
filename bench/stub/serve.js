import { createServer } from "node:http"
import { api } from "./api.js"

/**
 * Puts a stub provider behind real HTTP on loopback. What it does not know of, `files` answers: path → [type, text].
 *
 * @param {ReturnType<typeof import("./provider.js").createProvider>} provider
 * @param {Record<string, [type: string, text: string]>} files
 */
export async function serve(provider, files = {}) {
  const server = createServer(async (request, response) => {
    const file = files[request.url]
    if (file) return response.setHeader("content-type", file[0]).end(file[1])
    let body = ""
    for await (const chunk of request) body += chunk
    const init = { headers: request.headers, body: new URLSearchParams(body) }
    const answer = await provider.fetch(api.origin + request.url, init)
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
