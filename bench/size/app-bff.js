import "./app.js"
import { bff } from "../../dist/src/providers/bff.js"

globalThis.provider = bff
