/** The network of this page, as far as sessions see it: it can be cut. */
export const network = {
  /** `fetch`, which fails at once while the network is cut. */
  fetch: (...given: Parameters<typeof fetch>): Promise<Response> =>
    navigator.onLine ? fetch(...given) : Promise.reject(new TypeError("Failed to fetch")),

  disconnect: () => {
    Object.defineProperty(navigator, "onLine", { configurable: true, value: false })
    window.dispatchEvent(new Event("offline"))
  },

  /** Gives the platform's own word back. */
  reconnect: () => {
    Reflect.deleteProperty(navigator, "onLine")
    window.dispatchEvent(new Event("online"))
  },
}
