/** The ids of the states around a state, from the root on, and its own. */
export function pathTo(id: string): readonly string[] {
  if (id === "") return [""]
  const names = id.split(".")
  return ["", ...names.map((_, place) => names.slice(0, place + 1).join("."))]
}

/** Whether the second state is inside the first. */
export function isInside(outer: string, inner: string): boolean {
  return outer !== inner && (outer === "" || inner.startsWith(`${outer}.`))
}
