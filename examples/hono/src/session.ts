import { createSession } from "sessionchart"
import { bff } from "sessionchart/providers/bff"
import type { CommerceEngineCredentials, CommerceEngineUser } from "sessionchart/providers/commerce-engine"
import { webStore } from "sessionchart/stores/web"

/** The server keeps the tokens. Tabs share who is signed in. */
export const session = createSession({
  provider: bff<CommerceEngineUser, CommerceEngineCredentials>({ url: "/auth" }),
  store: webStore({ keep: "nothing" }),
})

declare module "sessionchart" {
  interface Register {
    session: typeof session
  }
}
