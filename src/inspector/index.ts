"use client"

export { SessionInspector, type SessionInspectorProps } from "./session-inspector.tsx"
