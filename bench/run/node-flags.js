/** What the processes of all cases run with. */
export const nodeFlags = ["--expose-gc", "--no-warnings", "--max-old-space-size=8192"]
