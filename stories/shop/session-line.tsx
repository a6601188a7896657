import { useSession } from "sessionchart/react"

/** How the session is, in one calm line: most of the time a user need not know more. */
export function SessionLine() {
  const { status, usable, degraded } = useSession()
  // Where it does not go smoothly, the banner says so.
  if (status === "refreshing" && degraded === null)
    return (
      <p className="line busy" role="status">
        {usable ? "Renewing your session …" : "One moment, renewing your session …"}
      </p>
    )
  return (
    <p className="line" role="status">
      {status === "expiring" && !usable ? "Logged in; renewed when you go on" : "Logged in"}
    </p>
  )
}
