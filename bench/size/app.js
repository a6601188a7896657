import { createSession } from "../../dist/src/index.js"
import { vault } from "../../dist/src/providers/vault.js"

const session = createSession({ provider: vault({ partnerId: 7 }), baseURL: "https://api.shop.example" })
globalThis.orders = session.fetch("/orders")
