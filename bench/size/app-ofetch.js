import "./app.js"
import { createSessionFetch } from "../../dist/src/ofetch.js"

globalThis.createSessionFetch = createSessionFetch
