/** Answers each of `inTurns`' messages with what a turn came to. A case calls it once it is warm. */
export function takeTurns(turn) {
  process.on("message", async () => process.send(await turn()))
  process.send("ready")
}
