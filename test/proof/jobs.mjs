const providers = ["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"]

/** Real processes with a real Redis: these are what `npm run soak` repeats. */
export const processJobs = [
  { files: ["test/processes/many-callers"], env: { SESSIONS: "40", CALLERS: "200", ROTATIONS: "150" } },
  { files: ["test/processes/deaths"], env: { DEATHS: "20" } },
  { files: ["test/processes/frozen"], env: { FREEZES: "20" } },
  { files: ["test/processes/ended"], env: { RACES: "100" } },
  { files: ["test/processes/redis-restart"], env: { RESTARTS: "10", RESTART_SESSIONS: "40" } },
  { files: ["test/processes/redis-away"], env: { OUTAGES: "3", AWAY_SESSIONS: "40" } },
  { files: ["test/processes/wrong-clock"], env: { CLOCK_SESSIONS: "20", EXPIRIES: "20" } },
  { files: ["test/processes/oidc-provider"], env: { OIDC_SESSIONS: "20", ROTATIONS: "100" } },
]

/** What is run at length, each in a process of its own: test files, the tests of them that are meant, and how long they are to be. */
export const jobs = [
  { files: ["test/properties"], env: { SEQUENCES: "10000" } },
  ...providers.map((name) => ({ files: ["test/fuzz"], only: `^${name} `, env: { REPLIES: "100000" } })),
  { files: ["test/paths"] },
  { files: ["test/stores/web-tabs"], env: { ROTATIONS: "1000" } },
  { files: ["test/next"], env: { NEXT: "1" } },
  {
    files: ["test/tabs"],
    env: { TAB_ROTATIONS: "200", ROUNDS: "50", LOGOUTS: "10", DEATHS: "5", SPEED: "1", LIFETIMES: "50" },
  },
  ...processJobs,
  { files: ["test/processes/at-rest"], env: { SESSIONS_AT_REST: "100000" } },
]
