/**
 * What came of a request of any contender: some resolve with a `Response` whatever its status, others reject.
 *
 * @returns {Promise<"ok" | "unauthorized" | "failed">}
 */
export const outcomeOf = (request) =>
  request.then(
    (answer) => (answer instanceof Response && !answer.ok ? (answer.status === 401 ? "unauthorized" : "failed") : "ok"),
    (error) => ((error?.response?.status ?? error?.status) === 401 ? "unauthorized" : "failed"),
  )
