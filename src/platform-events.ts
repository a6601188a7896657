/** What the platform tells a session. */
export interface PlatformListener {
  /** The page is looked at again, or runs again after it was frozen. */
  readonly shown: () => void
  /** There is a network again, or so the platform thinks. */
  readonly online: () => void
}

const nothing = () => {}

/** Listens to a page's life, where there is a page. Returns the way to stop. */
export function listenToPlatform({ shown, online }: PlatformListener): () => void {
  if (typeof window !== "object" || typeof document !== "object") return nothing
  const visible = () => {
    if (document.visibilityState === "visible") shown()
  }
  window.addEventListener("online", online)
  window.addEventListener("pageshow", visible)
  document.addEventListener("visibilitychange", visible)
  document.addEventListener("resume", visible)
  return () => {
    window.removeEventListener("online", online)
    window.removeEventListener("pageshow", visible)
    document.removeEventListener("visibilitychange", visible)
    document.removeEventListener("resume", visible)
  }
}
