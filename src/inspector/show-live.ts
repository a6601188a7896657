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

/** The innermost states, as near to the middle as the frame can scroll; the first of them where there is no room for all. */
function bringIntoView(frame: HTMLElement, states: readonly SVGElement[]): void {
  const innermost = states.filter((state) => !states.some((other) => other !== state && state.contains(other)))
  if (innermost.length === 0 || typeof frame.scrollTo !== "function") return
  const boxes = innermost.map((state) => state.getBoundingClientRect())
  const view = frame.getBoundingClientRect()
  const all = around(boxes)
  const shown = all.right - all.left <= view.width && all.bottom - all.top <= view.height ? all : boxes[0]!
  frame.scrollTo({
    left: frame.scrollLeft + (shown.left + shown.right - view.left - view.right) / 2,
    top: frame.scrollTop + (shown.top + shown.bottom - view.top - view.bottom) / 2,
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  })
}

type Edges = Pick<DOMRect, "left" | "right" | "top" | "bottom">

function around(boxes: readonly Edges[]): Edges {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  }
}
