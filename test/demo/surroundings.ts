import type { Surroundings } from "../../demo/run.ts"

/** What a demo is run in: what it writes is kept. No terminal, unless `stdout` says so. */
export function surroundings({ stdout, ...others }: Given = {}) {
  return { env: {}, ...others, stdout: { ...stdout, ...keeper() }, stderr: keeper() }
}

type Given = Partial<Omit<Surroundings, "stdout">> & { stdout?: Partial<Surroundings["stdout"]> }

function keeper() {
  return {
    text: "",
    write(text: string) {
      this.text += text
    },
  }
}
