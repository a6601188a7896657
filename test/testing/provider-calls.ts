import type { Emulator, EmulatorName } from "../../src/testing/emulator.types.ts"

/** Tokens as a client would read them from a provider's reply. */
export interface Tokens {
  readonly access: string
  /** The refresh credential: the reply's, or the one spent when the reply has none. */
  readonly refresh: string
}

/** How a client without any library talks to an emulated provider. */
export interface ProviderCalls {
  begin(): Promise<Tokens>
  refresh(tokens: Tokens): Promise<Response>
  read(response: Response, spent?: Tokens): Promise<Tokens>
  resource(access: string): Promise<Response>
}

type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** The calls of one provider, over the network or in memory. */
export function providerCalls(emulator: Emulator, fetch: Fetch = emulator.fetch): ProviderCalls {
  const form = forms[emulator.name](emulator as never)
  return {
    begin: async () => form.read(await emulator.mint()),
    refresh: (tokens) => fetch(...form.refresh(tokens)),
    read: (response, spent) => form.read(response, spent),
    resource: (access) => fetch(`${emulator.url}/resource`, { headers: { authorization: `Bearer ${access}` } }),
  }
}

interface Form {
  refresh(tokens: Tokens): [url: string, init: RequestInit]
  read(response: Response, spent?: Tokens): Promise<Tokens>
}

const json = { "content-type": "application/json" }

const forms: { [Name in EmulatorName]: (emulator: Emulator<Name>) => Form } = {
  geins: ({ options: { authUrl, account, environment } }) => ({
    refresh: ({ refresh }) => [`${authUrl}/api/${account}_${environment}/login`, { headers: { "x-auth-refresh-token": refresh } }],
    async read(response, spent) {
      const { token } = (await response.json()) as { token: string }
      return { access: token, refresh: response.headers.get("x-auth-refresh-token") ?? spent?.refresh ?? "" }
    },
  }),
  unisouk: ({ options: { baseUrl, storeId } }) => ({
    refresh: ({ refresh }) => [
      `${baseUrl}/auth/refresh/${storeId}`,
      { headers: { "x-store-id": storeId, cookie: `__Secure-unisouk.${storeId}.refresh-token=${refresh}` } },
    ],
    async read(response, spent) {
      const { data } = (await response.json()) as { data: { accessToken: string } }
      const cookie = /refresh-token=([^;]*)/.exec(response.headers.getSetCookie()[0] ?? "")?.[1]
      return { access: data.accessToken, refresh: cookie ?? spent?.refresh ?? "" }
    },
  }),
  menu: ({ options }) => ({
    refresh: ({ refresh }) => [
      `${options.baseUrl}/api/customers/refresh`,
      { headers: { ...menuHeaders(options), authorization: `Bearer ${refresh}` } },
    ],
    async read(response) {
      const { data } = (await response.json()) as { data: { token: { value: string } } }
      return { access: data.token.value, refresh: data.token.value }
    },
  }),
  "commerce-engine": ({ options: { baseUrl } }) => ({
    refresh: ({ access, refresh }) => [
      `${baseUrl}/auth/refresh-token`,
      {
        method: "POST",
        headers: { ...json, authorization: `Bearer ${access}` },
        body: JSON.stringify({ refresh_token: refresh }),
      },
    ],
    async read(response) {
      const { content } = (await response.json()) as { content: { access_token: string; refresh_token: string } }
      return { access: content.access_token, refresh: content.refresh_token }
    },
  }),
  vault: ({ options: { baseUrl, partnerId } }) => ({
    refresh: ({ refresh }) => [
      `${baseUrl}/v1/auth/token`,
      {
        method: "POST",
        headers: { ...json, partnerId: String(partnerId), grantType: "refresh_token" },
        body: JSON.stringify({ refreshToken: refresh }),
      },
    ],
    read: readOAuth,
  }),
  oauth2: ({ options: { tokenUrl, clientId } }) => ({
    refresh: ({ refresh }) => [
      tokenUrl,
      {
        method: "POST",
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refresh, client_id: clientId }),
      },
    ],
    read: readOAuth,
  }),
}

/** The headers that MENU wants on each call. */
export function menuHeaders({ application, apiVersion, deviceUuid }: Emulator<"menu">["options"]) {
  return {
    Application: application,
    "Api-Version": apiVersion,
    "X-Request-ID": crypto.randomUUID(),
    "Device-UUID": deviceUuid,
  }
}

async function readOAuth(response: Response, spent?: Tokens): Promise<Tokens> {
  const reply = (await response.json()) as { access_token: string; refresh_token?: string }
  return { access: reply.access_token, refresh: reply.refresh_token ?? spent?.refresh ?? "" }
}
