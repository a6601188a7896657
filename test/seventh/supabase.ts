import * as z from "zod/mini"
import { defineProvider, type Rules } from "sessionchart"

const page = { document: "User sessions", url: "https://supabase.com/docs/guides/auth/sessions" }

const rules: Rules = {
  credential: "body",
  expiry: { from: ["reply", "jwt"], take: "first", otherwiseS: 3600 },
  issuedAt: ["iat", "date"],
  rotation: "always",
  window: null, // a refresh token does not expire, it is used up
  oldToken: "lives",
  answers: {
    refreshTokenUsed: {
      verdict: "refused",
      when: { status: [400], body: { error_code: "refresh_token_already_used" } },
      says: "The token was spent before, longer ago than the reuse interval of 10 s.",
      source: { ...page, section: "What is refresh token reuse detection" },
    },
    refreshTokenUnknown: {
      verdict: "refused",
      when: { status: [400], body: { error_code: "refresh_token_not_found" } },
      says: "The session was ended, by a logout or by somebody else's login.",
      source: { ...page, section: "What is a session" },
    },
  },
  onDoubt: "replay", // within the reuse interval the same token is answered again
  runsOn: "anywhere",
}

export const supabase = ({ url, anonKey }: { readonly url: string; readonly anonKey: string }) =>
  defineProvider({
    id: "supabase",
    rules,
    origins: [url],
    reply: z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number(), user: z.object({ id: z.string() }) }),
    read: ({ body }) => ({
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      expiresInS: body.expires_in,
      user: body.user,
    }),
    refresh: ({ refreshToken }) => ({
      method: "POST",
      url: `${url}/auth/v1/token?grant_type=refresh_token`,
      headers: { apikey: anonKey },
      json: { refresh_token: refreshToken },
    }),
  })
