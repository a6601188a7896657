import { useEffect, useRef, type SyntheticEvent } from "react"
import { useSession, useSessionCountdown } from "sessionchart/react"
import { clockFace } from "./clock-face.ts"

/** Asks in the last minute of a session whether anybody is still there. */
export function EndingDialog() {
  const secondsLeft = useSessionCountdown({ withinS: 60 })
  return secondsLeft === null ? null : <Dialog secondsLeft={secondsLeft} />
}

function Dialog({ secondsLeft }: { readonly secondsLeft: number }) {
  const { endsBy, status, refresh, touch, logout } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const canStay = endsBy !== "expiry" && endsBy !== "maxAge"
  const isOver = secondsLeft === 0

  useEffect(() => dialog.current?.showModal(), [])
  // The provider has the last word over its window: it says whether the session is really over.
  useEffect(() => {
    if (isOver && endsBy === "window") refresh().catch(() => {})
  }, [isOver, endsBy, refresh])

  const stay = () => (endsBy === "idle" ? touch() : void refresh().catch(() => {})) // tried again by itself; the banner says what is wrong
  /** Escape means "I am here"; the dialog goes when the session has been renewed. */
  const stayOpen = (event: SyntheticEvent) => {
    event.preventDefault()
    if (canStay) stay()
  }
  return (
    <dialog ref={dialog} className="card" aria-labelledby="ending-title" onCancel={stayOpen}>
      <h2 id="ending-title">Are you still there?</h2>
      <p>
        Your session ends in{" "}
        <strong className="timer" role="timer">
          {clockFace(secondsLeft)}
        </strong>
        {canStay ? ". Stay logged in?" : ", and cannot be renewed. Please log in again to go on."}
      </p>
      <div className="row">
        {canStay && (
          <button onClick={stay} disabled={status === "refreshing"}>
            Stay logged in
          </button>
        )}
        <button className="quiet" onClick={() => void logout()}>
          {canStay ? "Log out" : "Log in again"}
        </button>
      </div>
    </dialog>
  )
}
