/** Stands where emulators would be. */
export function NoServer() {
  return (
    <div className="page narrow">
      <section className="card" aria-labelledby="no-server-title">
        <h1 id="no-server-title">No provider behind this page</h1>
        <p>
          This story talks to an emulated provider over real HTTP, and Storybook’s own server runs it. This Storybook is served as files.
          Start it with:
        </p>
        <pre>npm run storybook</pre>
      </section>
    </div>
  )
}
