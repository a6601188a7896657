import { typeScale, type TextRole } from "./type-scale.ts"

/**
 * How wide a text is at most, in px, whichever of the type scale's fonts it meets. A drawing is made where there are no fonts to ask, and
 * has to come out the same everywhere.
 *
 * @example widthOf("logout.requested", "event") // 95
 */
export function widthOf(text: string, role: TextRole): number {
  const { size } = role === "title" ? typeScale.title : typeScale.text
  const widths = role === "title" ? BOLD : REGULAR
  let thousandths = 0
  for (const letter of text) thousandths += widths.get(letter) ?? WIDEST
  return Math.ceil((thousandths * size) / 1000)
}

/** A letter of no table, 1/1000 em: as wide as an ideograph. */
const WIDEST = 1000

/**
 * 1/1000 em by letter: the advances of DejaVu Sans, the widest of the fonts. Where a row says one number for several letters, it is that of
 * the widest.
 */
const REGULAR = tableOf({
  278: "ijl'",
  318: "IJ ,.·’",
  361: "/:;\\|f-",
  401: "()[]t!",
  460: 'r"',
  521: "*_`–s“”z",
  550: "?c",
  579: "LFk",
  615: "vxyPTYoaeöäé",
  636: "ßEhnuüSbdgpq0123456789${}",
  698: "KAVXZBRC",
  752: "UNH",
  787: "DG&OQ",
  838: "w#+<=>^~→↻",
  950: "M%",
  1000: "mW@…—",
})

const BOLD = tableOf({
  348: "ijl' ",
  380: "/\\|IJ,.·’",
  435: ":;-f",
  500: "!()[]tr_`–",
  595: '"*?zcs',
  652: "Lxvy“”",
  687: "kaäeéTEFoö",
  734: "0123456789${}hnuübdgpqßSYZPC",
  775: "BRXAVK",
  850: "UGDHN#+<=>^~→↻OQ",
  924: "&w",
  1002: "M@…—%",
  1103: "mW",
})

function tableOf(rows: Readonly<Record<number, string>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(rows).flatMap(([width, letters]) => Array.from(letters).map((letter) => [letter, Number(width)] as const)))
}
