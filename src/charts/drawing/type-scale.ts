/**
 * The two sizes that all text of a drawing has, in px. The fonts are those of the platform: a drawing carries none, so text is measured by
 * the widest of them (see `width-of.ts`).
 */
export const typeScale = {
  family: "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','DejaVu Sans',sans-serif",
  title: { size: 13, weight: 600, line: 18 },
  text: { size: 11, weight: 400, line: 15 },
} as const

/** What a piece of text is; that decides how it looks. */
export type TextRole = "title" | "description" | "event" | "guard" | "detail"
