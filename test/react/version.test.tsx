import { version } from "react"
import { version as domVersion } from "react-dom"
import { version as serverVersion } from "react-dom/server"
import { expect, test } from "vitest"

const { REACT = "19" } = process.env

test(`these tests run on React ${REACT}`, () => {
  for (const part of [version, domVersion, serverVersion]) expect(part.split(".")[0]).toBe(REACT)
})
