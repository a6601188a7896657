import { useEffect, useMemo, useState } from "react"
import type { Chart } from "../charts/chart.types.ts"
import { isLayoutOf } from "../charts/is-layout-of.ts"
import type { Layout } from "../charts/layout.types.ts"
import { shippedLayouts } from "../charts/layouts/shipped-layouts.ts"
import { nestedLayoutOf } from "../charts/nested-layout-of.ts"

/** Where to draw a chart: as given, as precomputed for the library's own charts, or else, and until that is loaded, as nested boxes. */
export function useLayout(chart: Chart, given: readonly Layout[]): Layout {
  const own = useMemo(() => given.find((layout) => isLayoutOf(layout, chart)), [chart, given])
  const [shipped, setShipped] = useState<{ readonly of: Chart; readonly layout: Layout } | null>(null)
  useEffect(() => {
    let isLeft = false
    if (own === undefined)
      void shippedFor(chart).then((layout) => {
        if (layout !== undefined && !isLeft) setShipped({ of: chart, layout })
      })
    return () => {
      isLeft = true
    }
  }, [chart, own])
  const nested = useMemo(() => nestedLayoutOf(chart), [chart])
  return own ?? (shipped?.of === chart ? shipped.layout : nested)
}

async function shippedFor(chart: Chart): Promise<Layout | undefined> {
  const layouts = await Promise.all(Object.values(shippedLayouts).map((load) => load()))
  return layouts.find((layout) => isLayoutOf(layout, chart))
}
