import { useEffect, useMemo, useRef, type ReactNode } from "react"
import type { Layout } from "../charts/layout.types.ts"
import { svgOf } from "../charts/svg-of.ts"
import type { LiveChart } from "./chart-watch.ts"
import { showLive } from "./show-live.ts"
import { useLayout } from "./use-layout.ts"

/** A chart with the states that it is in, kept in view, and the transitions that it took last. */
export function ChartView({
  live: { chart, active, taken },
  layouts,
  label,
}: {
  readonly live: LiveChart
  readonly layouts: readonly Layout[]
  readonly label: string
}): ReactNode {
  const layout = useLayout(chart, layouts)
  const drawing = useMemo(() => ({ __html: svgOf(chart, layout) }), [chart, layout])
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (frame.current !== null) showLive(frame.current, active, taken)
  }, [drawing, active, taken])
  // Focusable, because it scrolls. All text in the drawing is made of the chart's names, escaped.
  return <div className="drawing" ref={frame} role="region" aria-label={label} tabIndex={0} dangerouslySetInnerHTML={drawing} />
}
