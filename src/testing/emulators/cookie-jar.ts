/** The cookies of an emulated browser, for one origin. */
export interface CookieJar {
  /** Takes in a `Set-Cookie` header. */
  keep(setCookie: string | undefined): void
  /** The `Cookie` header to send, if there is anything to send. */
  header(): string | undefined
}

/**
 * Keeps cookies as a browser would for a page on a site of its own. In a real browser a constructed Response loses its
 * `Set-Cookie` and a Request refuses `Cookie`, so an emulator in memory has to play that part itself.
 */
export function createCookieJar(): CookieJar {
  const cookies = new Map<string, string>()
  return {
    keep(setCookie) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(setCookie ?? "") ?? []
      if (name === undefined || value === undefined) return
      if (/;\s*max-age=0(;|$)/i.test(setCookie ?? "")) cookies.delete(name)
      else cookies.set(name, value)
    },
    header: () => (cookies.size === 0 ? undefined : [...cookies].map((pair) => pair.join("=")).join("; ")),
  }
}

/** Whether scripts on this platform cannot see `Set-Cookie`: true in browsers, false in Node. */
export function platformHidesCookies(): boolean {
  return new Response(null, { headers: { "set-cookie": "a=b" } }).headers.getSetCookie().length === 0
}
