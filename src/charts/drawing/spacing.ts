/** Room around things in a drawing, in px. */
export const spacing = {
  /** Around the whole drawing. */
  margin: 24,
  /** Between a box's border and its text. */
  box: { x: 12, y: 8 },
  /** Between the words of an arrow and the border of what is behind them. */
  label: { x: 7, y: 3 },
  /** Between a state's border and the states inside it. */
  inside: 16,
  /** Between boxes, between arrows, and between an arrow and a box that it passes. */
  boxes: 18,
  arrows: 10,
} as const
