/** Why a case's process has ended without an answer: what killed it, the error that it complained of, or its exit code. */
export function failureOf(code, signal, complaint) {
  if (signal) return `killed (${signal})`
  return /^\w*Error.*$/m.exec(complaint)?.[0] ?? `exit code ${code}`
}
