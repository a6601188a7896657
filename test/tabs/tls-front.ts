import { connect, type AddressInfo } from "node:net"
import { createServer } from "node:tls"
import { selfSigned } from "./certificate.ts"

/** Speaks TLS for a plain HTTP server of this machine: what it hears is passed on, and what comes back. */
export async function tlsFront(plainPort: number): Promise<TlsFront> {
  const sockets = new Set<{ destroy(): unknown }>()
  const server = createServer({ ...selfSigned(), ALPNProtocols: ["http/1.1"] }, (secure) => {
    const plain = connect(plainPort, "127.0.0.1")
    for (const [socket, peer] of [
      [secure, plain],
      [plain, secure],
    ] as const) {
      sockets.add(socket)
      socket.pipe(peer)
      socket.on("error", () => peer.destroy()).on("close", () => void (sockets.delete(socket), peer.destroy()))
    }
  })
  server.on("tlsClientError", () => {})
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((closed) => server.close(closed))
    },
  }
}

export interface TlsFront {
  readonly port: number
  close(): Promise<unknown>
}
