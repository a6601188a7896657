// @vitest-environment jsdom
import { act, render, screen } from "@testing-library/react"
import { useSelector } from "@xstate/react"
import { expect, test } from "vitest"
import { shop } from "../react/shop.tsx"

test("XState's own hooks read the session's actor", async () => {
  const { session, signIn, settle } = shop()
  function Tags() {
    return <output>{useSelector(session.actor, (chart: { readonly tags: ReadonlySet<string> }) => [...chart.tags].join(" "))}</output>
  }
  render(<Tags />)
  await settle()
  expect(screen.getByRole("status").textContent).toBe("")
  await act(() => signIn(session))
  expect(screen.getByRole("status").textContent).toBe("authenticated usable")
})
