import type { Emulator } from "../../src/testing/emulator.types.ts"

/** Every secret that an emulator has given out or been given. */
export function secretsOf(emulator: Emulator): string[] {
  const { ledger, options } = emulator
  const passwords = [emulator.users[0], emulator.users[1]].flatMap((user) =>
    user === undefined ? [] : [(user as { password: string }).password],
  )
  const keys = Object.entries(options)
    .filter(([name]) => ["merchantApiKey", "apiKey", "clientSecret"].includes(name))
    .map(([, key]) => String(key))
  return [
    ...ledger.accessTokens.map(({ token }) => token),
    ...ledger.refreshCredentials.map(({ credential }) => credential),
    ...passwords,
    ...keys,
  ]
}
