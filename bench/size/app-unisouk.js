import "./app.js"
import { unisouk } from "../../dist/src/providers/unisouk.js"

globalThis.provider = unisouk
