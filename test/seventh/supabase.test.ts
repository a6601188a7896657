import { describe, it } from "vitest"
import { emulatorOf, providerContract } from "sessionchart/testing"
import { supabase } from "./supabase.ts"

providerContract(
  supabase,
  (clock) =>
    emulatorOf(
      {
        options: (url) => ({ url, anonKey: "anon" }),
        refresh: { method: "POST", path: "/auth/v1/token", credential: ({ json }) => json["refresh_token"] },
        reply: ({ accessToken, refreshToken, expiresInS, user }) => ({
          access_token: accessToken,
          refresh_token: refreshToken,
          expires_in: expiresInS,
          user: { id: user },
        }),
        refusal: { status: 400, body: { error_code: "refresh_token_already_used" } },
        graceS: 10,
      },
      { clock },
    ),
  { describe, it },
)
