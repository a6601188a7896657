import "./app.js"
import { menu } from "../../dist/src/providers/menu.js"

globalThis.provider = menu
