/** Whether this runs in a web page or one of its workers, where users and their scripts can see what we hold. */
export function isBrowser(): boolean {
  return (typeof window === "object" && typeof document === "object") || "WorkerGlobalScope" in globalThis
}

/** What the platform believes about the network; true where it has no opinion. It may be wrong either way. */
export function isOnline(): boolean {
  return globalThis.navigator?.onLine !== false
}
