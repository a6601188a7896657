/** Marks, in the drawing of a chart, the states that it is in and the transitions that it took last, and brings the states into view. */
export function showLive(frame: HTMLElement, active: readonly string[], taken: readonly string[]): void {
  const states = [...frame.querySelectorAll<SVGElement>("[data-state]")].filter(({ dataset }) => active.includes(dataset["state"]!))
  const transitions = [...frame.querySelectorAll<SVGElement>("[data-transition]")].filter(({ dataset }) =>
    taken.includes(dataset["transition"]!),
  )
  const arrows = new Set(transitions.map((each) => each.closest<SVGElement>("[data-arrow]")?.dataset["arrow"]))
  const ways = [...frame.querySelectorAll<SVGElement>("[data-arrow]")].filter(({ dataset }) => arrows.has(dataset["arrow"]))
  mark(frame, "data-active", states)
  mark(frame, "data-taken", [...transitions, ...ways])
  bringIntoView(frame, states)
}

/** Anew each time: an animation begins when its mark is set. */
function mark(frame: HTMLElement, name: string, elements: readonly SVGElement[]): void {
  for (const marked of frame.querySelectorAll(`[${name}]`)) marked.removeAttribute(name)
  frame.getBoundingClientRect()
  for (const element of elements) element.setAttribute(name, "")
}

/** The innermost states, as near to the middle as the frame can scroll. */
function bringIntoView(frame: HTMLElement, states: readonly SVGElement[]): void {
  const innermost = states.filter((state) => !states.some((other) => other !== state && state.contains(other)))
  if (innermost.length === 0 || typeof frame.scrollTo !== "function") return
  const boxes = innermost.map((state) => state.getBoundingClientRect())
  const view = frame.getBoundingClientRect()
  const middle = (from: number, to: number) => (from + to) / 2
  const x = middle(Math.min(...boxes.map(({ left }) => left)), Math.max(...boxes.map(({ right }) => right)))
  const y = middle(Math.min(...boxes.map(({ top }) => top)), Math.max(...boxes.map(({ bottom }) => bottom)))
  frame.scrollTo({
    left: frame.scrollLeft + x - middle(view.left, view.right),
    top: frame.scrollTop + y - middle(view.top, view.bottom),
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  })
}
