import "./app.js"
import { webStore } from "../../dist/src/stores/web.js"

globalThis.webStore = webStore
