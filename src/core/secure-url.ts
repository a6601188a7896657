/** Whether a URL may carry a credential: https, or http on this machine's loopback. */
export function isSecureUrl(value: string | undefined): boolean {
  if (value === undefined || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === "https:" || (protocol === "http:" && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
}
