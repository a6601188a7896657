import { useEffect, useRef, type SyntheticEvent } from "react"
import { useSession, useSessionCountdown } from "sessionchart/react"

/** Asks in the last minute of a session whether anybody is still there. */
export function StayDialog() {
  const secondsLeft = useSessionCountdown({ withinS: 60 })
  return secondsLeft === null ? null : <Dialog secondsLeft={secondsLeft} />
}

function Dialog({ secondsLeft }: { readonly secondsLeft: number }) {
  const refresh = useSession((session) => session.refresh)
  const logout = useSession((session) => session.logout)
  const isRefreshing = useSession(({ status }) => status === "refreshing")
  const dialog = useRef<HTMLDialogElement>(null)
  const isOver = secondsLeft === 0

  useEffect(() => dialog.current?.showModal(), [])
  // The provider has the last word: it says whether the session is really over.
  useEffect(() => {
    if (isOver) refresh().catch(() => {})
  }, [isOver, refresh])

  const stay = () => void refresh().catch(() => {}) // tried again by itself; meanwhile the page says that the shop does not answer
  /** Escape means "I am here"; the dialog goes when the session has been refreshed. */
  const stayOpen = (event: SyntheticEvent) => {
    event.preventDefault()
    stay()
  }
  return (
    <dialog ref={dialog} className="card" aria-labelledby="stay-title" onCancel={stayOpen}>
      <h2 id="stay-title">Are you still there?</h2>
      <p>
        Your session ends in <strong role="timer">{clockFace(secondsLeft)}</strong>
      </p>
      <div className="row">
        <button onClick={stay} disabled={isRefreshing}>
          Stay logged in
        </button>
        <button className="quiet" onClick={() => void logout()}>
          Log out
        </button>
      </div>
    </dialog>
  )
}

function clockFace(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}
