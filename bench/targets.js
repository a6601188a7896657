/**
 * What the library wants to reach (issue 7), as data. Each figure is looked up in `report/figures.js`' result; a target with several
 * figures is met when one of them is. `is: "="` wants exactly `most`.
 */
const way = (says, of) => [
  { says: `${says}, sequentially`, figures: [of("sequential")] },
  { says: `${says}, 100-way`, figures: [of("parallel")] },
]
const storm = (kind) => [
  {
    test: "B",
    says: `${kind} requests on a dead token: refreshes`,
    figures: [{ at: (f) => f.B?.[kind]?.sessionchart.refreshes, is: "=", most: 1 }],
  },
  {
    test: "B",
    says: `${kind}: requests that succeed`,
    figures: [{ at: (f) => f.B?.[kind]?.sessionchart.succeeded, is: "=", most: parseInt(kind) }],
  },
]
const stormTime = (kind) => ({
  test: "B",
  says: `${kind}: wall time beside the wrapper`,
  figures: [{ at: (f) => f.B?.[kind]?.sessionchart.ratio?.median, most: 1.15, unit: "×" }],
})
const day = (aheadMs, clock) => {
  const of = (f) => f.C?.rows.find((row) => row.adapter === "sessionchart" && row.aheadMs === aheadMs)
  return [
    {
      test: "C",
      says: `refreshes a lifetime of 14 min (15 less the lead), ${clock}`,
      figures: [{ at: (f) => of(f) && of(f).refreshes / ((f.C.hours * 60) / 14), most: 1, unit: "" }],
    },
    { test: "C", says: `401s on the wire, ${clock}`, figures: [{ at: (f) => of(f)?.unauthorized, is: "=", most: 0 }] },
    { test: "C", says: `requests that fail, ${clock}`, figures: [{ at: (f) => of(f)?.failed, is: "=", most: 0 }] },
  ]
}
const part = (name, kb) => ({
  test: "E",
  says: `${name}, gzip`,
  figures: [{ at: (f) => f.E?.sessionchart.find((each) => each.name === name)?.more?.gzip / 1_000, most: kb, unit: " KB" }],
})
const inFaults = (f, count) => f.F && f.F.filter(({ adapter }) => adapter === "sessionchart").filter(count).length
const flat = (line) => line && line.at(-1)[1].median / line.find(([x]) => x >= 100)[1].median

/** @typedef {{ test: string, says: string, figures: readonly { at: (figures: object) => number | undefined, most: number, is?: "=", unit?: string }[] }} Target */
/** @type {readonly Target[]} */
export const targets = [
  ...way("session.fetch adds to the free stub", (which) => ({ at: (f) => f.A?.sessionchart.more[which]?.median, most: 0.8, unit: " µs" })),
  ...way("session.fetch beside raw fetch, real responses", (which) => ({
    at: (f) => f.A?.sessionchart.ratio[which]?.median,
    most: 1.1,
    unit: "×",
  })),
  ...way("createSessionFetch adds to plain ofetch, free stub", (which) => ({
    at: (f) => f.A?.overOfetch.more[which]?.median,
    most: 2,
    unit: " µs",
  })),
  ...way("createSessionFetch beside plain ofetch, real responses", (which) => ({
    at: (f) => f.A?.overOfetch.ratio[which]?.median,
    most: 1.15,
    unit: "×",
  })),
]
  .map((target) => ({ test: "A", ...target }))
  .concat([
    ...["1000", "10000", "1000, late"].flatMap(storm),
    ...["1000", "10000"].map(stormTime),
    ...day(0, "clocks agree"),
    ...day(120_000, "the server's 120 s ahead"),
    {
      test: "D",
      says: "bytes of a live idle session, with its trail (or beside a bare actor)",
      figures: [
        { at: (f) => f.D?.contenders.sessionchart?.bytes?.median / 1_000, most: 6, unit: " KB" },
        { at: (f) => f.D?.contenders.sessionchart?.bytesRatio?.median, most: 1.4, unit: "×" },
      ],
    },
    {
      test: "D",
      says: "to create it and accept (or beside a bare actor)",
      figures: [
        { at: (f) => f.D?.contenders.sessionchart?.us?.median, most: 80, unit: " µs" },
        { at: (f) => f.D?.contenders.sessionchart?.usRatio?.median, most: 3, unit: "×" },
      ],
    },
    { test: "D", says: "platform timers of 100", figures: [{ at: (f) => f.D?.contenders.sessionchart?.timers, is: "=", most: 1 }] },
    { test: "D", says: "bytes of a session at rest in Redis", figures: [{ at: (f) => f.D?.atRest.bytes / 1_000, most: 0.3, unit: " KB" }] },
    {
      test: "E",
      says: "an app with one provider, gzip",
      figures: [{ at: (f) => f.E?.sessionchart[0].gzip / 1_000, most: 26, unit: " KB" }],
    },
    part("+ sessionchart/ofetch", 4.5),
    part("+ sessionchart/react, without React", 2.5),
    ...["geins", "unisouk", "menu", "commerce-engine", "oauth2", "bff"].map((id) => part(`+ provider ${id}`, 1.2)),
    {
      test: "E",
      says: "entries that bring the inspector along",
      figures: [{ at: (f) => f.E?.sessionchart.filter(({ hasInspector }) => hasInspector).length, is: "=", most: 0 }],
    },
    {
      test: "F",
      says: "faults after which a session is lost, stuck or loops, but for a rule",
      figures: [{ at: (f) => inFaults(f, ({ verdict }) => verdict !== "kept" && verdict !== "ended"), is: "=", most: 0 }],
    },
    {
      test: "F",
      says: "faults that make a request wait whose token is still valid",
      figures: [{ at: (f) => inFaults(f, (row) => row.waitsForeverWhileValid || row.longestWaitWhileValidS > 0), is: "=", most: 0 }],
    },
    {
      test: "F",
      says: "faults with Retry-After that the refresh does not obey",
      figures: [{ at: (f) => inFaults(f, ({ retryAfterObeyed }) => retryAfterObeyed === false), is: "=", most: 0 }],
    },
    {
      test: "growth",
      says: "µs a request, at the most in flight beside 100",
      figures: [{ at: (f) => flat(f.growth?.inFlight.sessionchart), most: 2, unit: "×" }],
    },
    {
      test: "growth",
      says: "bytes a session, at the most sessions beside 100",
      figures: [{ at: (f) => flat(f.growth?.bytes.sessionchart), most: 1.2, unit: "×" }],
    },
    {
      test: "growth",
      says: "µs a session, at the most sessions beside 100",
      figures: [{ at: (f) => flat(f.growth?.us.sessionchart), most: 2, unit: "×" }],
    },
    {
      test: "growth",
      says: "refreshes too many, by many processes",
      figures: [{ at: (f) => f.growth?.processes.reduce((sum, { refreshesTooMany = 0 }) => sum + refreshesTooMany, 0), is: "=", most: 0 }],
    },
    {
      test: "growth",
      says: "refreshes too many, by many tabs",
      figures: [{ at: (f) => f.growth?.tabs.refreshesTooMany, is: "=", most: 0 }],
    },
  ])
