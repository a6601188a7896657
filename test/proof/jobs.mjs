const providers = ["geins", "unisouk", "menu", "commerce-engine", "vault", "oauth2"]

/** What is run at length, each in a process of its own: test files, the tests of them that are meant, and how long they are to be. */
export const jobs = [
  { files: ["test/properties"], env: { SEQUENCES: "10000" } },
  ...providers.map((name) => ({ files: ["test/fuzz"], only: `^${name} `, env: { REPLIES: "100000" } })),
  { files: ["test/paths"] },
  { files: ["test/stores/web-tabs"], env: { ROTATIONS: "1000" } },
]
