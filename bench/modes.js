/** How long it all takes. `full` is for an otherwise idle machine; `short` shows that everything works, and roughly how it stands. */
export const modes = {
  short: {
    A: { rounds: 3, ms: 30 },
    B: { rounds: 2, peerRounds: 1, requests: [1_000] },
    C: { hours: 6 },
    D: { rounds: 2, peerRounds: 1, sessions: 1_000, atRest: 2_000 },
    F: { faults: ["503", "hang", "lost", "invalidGrant"] },
    where: { sessions: 1_000, requests: 1_000, storms: 3 },
    growth: {
      rounds: 1,
      inFlight: { widths: [1, 10, 100, 1_000], ms: 50 },
      sessions: [1, 10, 100, 1_000],
      processes: { counts: [1, 2], sessions: 10, rounds: 3 },
      tabs: { counts: [1, 2], rounds: 3 },
    },
  },
  full: {
    A: { rounds: 27, ms: 150 },
    B: { rounds: 27, peerRounds: 3, requests: [1_000, 10_000] },
    C: { hours: 24 },
    D: { rounds: 9, peerRounds: 3, sessions: 10_000, atRest: 10_000 },
    F: { faults: ["network", "500", "503", "429", "hang", "html", "missing", "lost", "invalidGrant"] },
    where: { sessions: 5_000, requests: 1_000, storms: 50 },
    growth: {
      rounds: 5,
      inFlight: { widths: [1, 10, 100, 1_000, 10_000], ms: 500 },
      sessions: [1, 10, 100, 1_000, 10_000, 100_000],
      processes: { counts: [1, 2, 4, 8], sessions: 20, rounds: 15 },
      tabs: { counts: [1, 2, 4, 8, 16], rounds: 15 },
    },
  },
}
