import "./app.js"
import { oauth2 } from "../../dist/src/providers/oauth2.js"

globalThis.provider = oauth2
