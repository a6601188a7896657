/** A user of an emulated provider. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly firstName: string
  readonly lastName: string
}

/** The two users every emulator knows, under the ids that the provider would give them. */
export function accounts(firstId: string, secondId: string): readonly [Account, Account] {
  return [
    { id: firstId, email: "ada@example.com", password: "difference-engine", firstName: "Ada", lastName: "Lovelace" },
    { id: secondId, email: "grace@example.com", password: "nanoseconds", firstName: "Grace", lastName: "Hopper" },
  ]
}
