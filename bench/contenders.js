/** Whoever is measured, by the names of the files in `adapters/`. The first of each kind is what the others are compared with. */
export const contenders = [
  "fetch",
  "wrapper",
  "sessionchart",
  "supabase",
  "oidc",
  "ky",
  "fetch-json",
  "plain-ofetch",
  "session-fetch",
  "ofetch",
  "axios",
  "alova-server",
  "alova-client",
  "bare-actor",
]

/** Those whose times are compared with a target: they are measured in every round, their peers in some. */
export const measured = ["wrapper", "sessionchart", "session-fetch", "bare-actor"]
