import { Refusal } from "./refusal.ts"

/**
 * Where a path below `api/` leads: below the upstream's own path, and nowhere else. Whatever an upstream might read as a way out of there
 * is refused, not mended: `..`, encoded or not, with parameters (`..;a=b`) or without, backslashes, empty segments, control characters.
 *
 * @throws {Refusal} 400
 */
export function upstreamUrl(upstream: URL, path: string, search: string): URL {
  if (isWayOut(path)) throw new Refusal(400, "bad_path", "the path leads out of the API")
  const url = new URL(upstream)
  url.pathname = `${upstream.pathname.replace(/\/+$/, "")}${path}`
  url.search = search
  return url
}

function isWayOut(path: string): boolean {
  const decoded = decodedOrNull(path)
  // Some servers decode what a proxy before them has decoded already; what does not decode twice is safe from that.
  return decoded === null || leadsOut(decoded) || leadsOut(decodedOrNull(decoded) ?? "")
}

function leadsOut(path: string): boolean {
  // Java's servers cut off what follows a semicolon before they look for dots.
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  return /(^|\/)\.{1,2}(;[^/]*)?(\/|$)|\/\/|\\|[\u0000-\u001f\u007f]/.test(path)
}

function decodedOrNull(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
