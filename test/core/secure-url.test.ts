import { expect, it } from "vitest"
import { isSecureUrl } from "../../src/core/secure-url.ts"

it.each([
  "https://api.example.com",
  "https://api.example.com:8443/v1",
  "http://localhost",
  "http://localhost:3000/v1",
  "http://shop.localhost",
  "http://127.0.0.1:80",
  "http://127.1.2.3",
  "http://[::1]:3000",
])("a credential may go to %s", (url) => expect(isSecureUrl(url)).toBe(true))

it.each([
  undefined,
  "",
  "api.example.com",
  "/v1",
  "http://api.example.com",
  "ftp://localhost",
  "ws://127.0.0.1",
  "http://localhost.example.com",
  "http://notlocalhost",
  "http://128.0.0.1",
  "http://1.127.0.0.1.example.com",
  "http://x127.0.0.1.example.com",
  "http://[::2]",
])("a credential may not go to %s", (url) => expect(isSecureUrl(url)).toBe(false))
