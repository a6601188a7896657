import type { EndReason } from "sessionchart"

/** Tells a user why their session is over. */
export function farewellOf(reason: EndReason): string {
  return FAREWELLS[reason] ?? "Your session has ended. Please log in again."
}

const FAREWELLS: Readonly<Record<string, string>> = {
  user: "You have logged out.",
  elsewhere: "You were logged out in another tab or on another device.",
  expired: "Your session has expired. Please log in again.",
  windowClosed: "You were away for a long time, so we logged you out.",
  idle: "You did nothing for a while, so we logged you out.",
  maxAge: "For your safety we ask you to log in again from time to time.",
  doubt: "We could not make sure that this is still you. Please log in again.",
  // Rules of the providers have names of their own.
  accountSuspended: "Your account is suspended. Please write to us.",
  customerInactive: "Your account is closed. Please write to us.",
  accessDenied: "Your account may not log in at the moment. Please write to us.",
}
