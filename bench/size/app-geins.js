import "./app.js"
import { geins } from "../../dist/src/providers/geins.js"

globalThis.provider = geins
