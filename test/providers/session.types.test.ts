import { expect, expectTypeOf, test } from "vitest"
import * as z from "zod/mini"
import { defineProvider, type Provider } from "../../src/core/provider.ts"
import { commerceEngine, type CommerceEngineCredentials, type CommerceEngineUser } from "../../src/providers/commerce-engine.ts"
import { geins, type GeinsCredentials } from "../../src/providers/geins.ts"
import { menu, type MenuCredentials, type MenuCustomer } from "../../src/providers/menu.ts"
import { oauth2 } from "../../src/providers/oauth2.ts"
import { unisouk, type UnisoukCredentials, type UnisoukCustomer } from "../../src/providers/unisouk.ts"
import { vault } from "../../src/providers/vault.ts"
import { createSession } from "../../src/session.ts"

// `tsc` checks what is in here; none of it runs.
export function sessions() {
  const ofGeins = createSession({ provider: geins({ account: "acme", merchantApiKey: "key" }) })
  void ofGeins.login({ username: "ada", password: "engine" })
  void ofGeins.login({ username: "ada", password: "engine", remember: false })
  // @ts-expect-error `username` is text
  void ofGeins.login({ username: 1, password: "engine" })
  // @ts-expect-error the password is missing
  void ofGeins.login({ username: "ada" })
  // @ts-expect-error Geins calls it `username`
  void ofGeins.login({ email: "ada", password: "engine" })

  const ofUnisouk = createSession({ provider: unisouk({ storeId: "1", baseUrl: "https://api.example" }) })
  void ofUnisouk.login({ email: "ada", password: "engine" })
  // @ts-expect-error the store's id is an option of the provider, and no credential
  void ofUnisouk.login({ email: "ada", password: "engine", storeId: "1" })
  expectTypeOf(ofUnisouk.getSnapshot().user).toEqualTypeOf<UnisoukCustomer | null>()

  const ofMenu = createSession({ provider: menu({ application: "a", apiVersion: "1", deviceUuid: "2", baseUrl: "https://api.example" }) })
  // @ts-expect-error `email` is text
  void ofMenu.login({ email: undefined, password: "engine" })

  const ofStore = createSession({ provider: commerceEngine({ baseUrl: "https://api.example", apiKey: "key" }) })
  void ofStore.login({ anonymous: true })
  void ofStore.login({ email: "ada", password: "engine" })
  // @ts-expect-error who is not anonymous has a password
  void ofStore.login({ anonymous: false })
  // @ts-expect-error the password is missing
  void ofStore.login({ email: "ada" })

  const ofVault = createSession({ provider: vault({ partnerId: 1 }) })
  // @ts-expect-error VAULT documents no login
  void ofVault.login({ username: "ada", password: "engine" })
  // @ts-expect-error nor one without credentials
  void ofVault.login()

  const ofOAuth2 = createSession({ provider: oauth2({ tokenUrl: "https://login.example/token", clientId: "client" }) })
  // @ts-expect-error a login by redirect is another library's work
  void ofOAuth2.login({ username: "ada", password: "engine" })
}

export function sixth() {
  const provider = defineProvider({
    id: "sixth",
    rules: vault({ partnerId: 1 }).rules,
    origins: ["https://api.example"],
    reply: z.object({ token: z.string(), me: z.object({ name: z.string() }) }),
    read: ({ body }) => ({ accessToken: body.token, user: body.me }),
    refresh: () => ({ method: "POST", url: "https://api.example/refresh" }),
    login: { request: (credentials: { pin: number }) => ({ method: "POST", url: "https://api.example/login", json: credentials }) },
  })
  // Nothing is spelt out: the user is what `read` yields, the credentials are what `login.request` takes.
  expectTypeOf(provider).toEqualTypeOf<Provider<{ name: string }, { pin: number }>>()
  // @ts-expect-error a pin is a number
  void createSession({ provider }).login({ pin: "1234" })
}

export function options() {
  // @ts-expect-error a partner's number is a number
  vault({ partnerId: "4711" })
  // @ts-expect-error a store's id outgrows a number
  unisouk({ storeId: 2342341293912313, baseUrl: "https://api.example" })
  // @ts-expect-error there is no such method
  unisouk({ storeId: "1", baseUrl: "https://api.example", refreshMethod: "PUT" })
  // @ts-expect-error the document names no base URL
  commerceEngine({ apiKey: "key" })
  // @ts-expect-error an option that nobody knows
  geins({ account: "acme", merchantApiKey: "key", apiKey: "key" })
  // @ts-expect-error not one of the three that are spoken
  oauth2({ tokenUrl: "https://login.example/token", clientId: "client", clientAuthentication: "private_key_jwt" })
}

test("users and credentials are what the replies and the logins say", () => {
  expectTypeOf<ReturnType<typeof geins>>().toEqualTypeOf<Provider<unknown, GeinsCredentials>>()
  expectTypeOf<ReturnType<typeof unisouk>>().toEqualTypeOf<Provider<UnisoukCustomer, UnisoukCredentials>>()
  expectTypeOf<ReturnType<typeof menu>>().toEqualTypeOf<Provider<MenuCustomer, MenuCredentials>>()
  expectTypeOf<ReturnType<typeof commerceEngine>>().toEqualTypeOf<Provider<CommerceEngineUser, CommerceEngineCredentials>>()
  expectTypeOf<ReturnType<typeof vault>>().toEqualTypeOf<Provider<unknown, never>>()
  expectTypeOf<ReturnType<typeof oauth2>>().toEqualTypeOf<Provider<unknown, never>>()
  expectTypeOf<UnisoukCustomer["id"]>().toEqualTypeOf<string>()
  expectTypeOf<UnisoukCustomer["emailVerified"]>().toEqualTypeOf<string | null>()
  expect(sessions).toBeTypeOf("function")
})
