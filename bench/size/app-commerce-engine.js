import "./app.js"
import { commerceEngine } from "../../dist/src/providers/commerce-engine.js"

globalThis.provider = commerceEngine
