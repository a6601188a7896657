/** The colours of a drawing in both schemes. Text keeps a contrast of at least 4.5:1 on whatever it may stand on, lines of 3:1. */
export const palette = {
  light: {
    canvas: "#ffffff",
    /** Boxes of states, by turns on each level, so that inner ones stand out. */
    box: "#f5f7fb",
    inner: "#ffffff",
    /** Behind the words of arrows. */
    words: "#e9edf5",
    border: "#7e8ba2",
    arrow: "#66748b",
    ink: "#172033",
    muted: "#4f5b70",
    guard: "#3730a3",
    /** What is going on, in a live drawing. */
    active: "#0b6b4f",
    activeBox: "#dcf5ea",
  },
  dark: {
    canvas: "#0e131d",
    box: "#171f2d",
    inner: "#111826",
    words: "#253044",
    border: "#66758f",
    arrow: "#8190a9",
    ink: "#e9edf6",
    muted: "#adb8cb",
    guard: "#b3bdff",
    active: "#4ade9f",
    activeBox: "#12352a",
  },
} as const
