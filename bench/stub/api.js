/** Where the stub provider and its API are. Nobody answers there: every contender is handed the stub's `fetch`. */
export const api = {
  origin: "https://api.shop.example",
  tokenUrl: "https://api.shop.example/token",
  resource: "/orders",
  resourceUrl: "https://api.shop.example/orders",
}
