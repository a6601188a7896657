/** What is wrong with a page as it is laid out now: sideways scrolling, text that is cut off, sizes beside the type scale. */
export function flawsIn({ documentElement, body }: Document): string[] {
  const texts = textsIn(body)
  const { scrollWidth, clientWidth } = documentElement
  const flaws = texts.flatMap((text) => [...cutsOf(text, clientWidth), ...sizesBesideScale(text)])
  return scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} px`, ...flaws] : flaws
}

interface VisibleText {
  readonly node: Text
  readonly element: HTMLElement
}

function textsIn(body: HTMLElement): VisibleText[] {
  const found: VisibleText[] = []
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    if (element?.checkVisibility({ visibilityProperty: true }) && node.textContent?.trim() && !element.closest("script, style"))
      found.push({ node: node as Text, element })
  }
  return found
}

/** A text is cut where it leaves the window or a box that hides what overflows. */
function cutsOf({ node, element }: VisibleText, windowWidth: number): string[] {
  const range = document.createRange()
  range.selectNodeContents(node)
  const { left, right, top, bottom } = range.getBoundingClientRect()
  const isOutside = left < -ROUNDING_PX || right > windowWidth + ROUNDING_PX
  if (isOutside && !isInScroller(element)) return [`leaves the window: ${quoted(node)}`]
  for (let box: HTMLElement | null = element; box !== null && box !== document.body; box = box.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(box)
    if (SCROLLS.has(overflowX) || SCROLLS.has(overflowY)) break
    const edge = box.getBoundingClientRect()
    const isCutAcross = HIDES.has(overflowX) && (left < edge.left - ROUNDING_PX || right > edge.right + ROUNDING_PX)
    const isCutDown = HIDES.has(overflowY) && (top < edge.top - ROUNDING_PX || bottom > edge.bottom + ROUNDING_PX)
    if (isCutAcross || isCutDown) return [`is cut off: ${quoted(node)}`]
  }
  return []
}

/** What a box scrolls to can be seen. */
function isInScroller(element: HTMLElement): boolean {
  for (let box: HTMLElement | null = element; box !== null; box = box.parentElement) {
    if (box !== document.body && SCROLLS.has(getComputedStyle(box).overflowX)) return true
  }
  return false
}

function sizesBesideScale({ node, element }: VisibleText): string[] {
  const { fontSize } = getComputedStyle(element)
  const scale = element.closest(".sessionchart-inspector") === null ? typeScale() : INSPECTOR_SCALE
  const isOnScale = scale.some((step) => Math.abs(step - parseFloat(fontSize)) < 0.1)
  return isOnScale ? [] : [`${fontSize} is beside the type scale: ${quoted(node)}`]
}

/** The steps of base.css, px. */
function typeScale(): number[] {
  const root = getComputedStyle(document.documentElement)
  return ["small", "body", "lead", "title"].map((step) => parseFloat(root.getPropertyValue(`--text-${step}`)) * parseFloat(root.fontSize))
}

function quoted({ data }: Text): string {
  return `"${data.trim().slice(0, 60)}"`
}

/** The inspector goes into any page, with a scale of its own, px. */
const INSPECTOR_SCALE = [11, 13, 16]
const SCROLLS = new Set(["auto", "scroll"])
const HIDES = new Set(["hidden", "clip"])
const ROUNDING_PX = 1
