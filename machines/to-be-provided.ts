/** Stands for an actor that src/session.ts provides; the chart alone has no store and no network. */
export function toBeProvided(): never {
  throw new Error("this actor is connected by createSession; the bare chart is for drawing, exploring and testing")
}
