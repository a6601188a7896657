/** Whose code a file is: a package, or a part of sessionchart. Null: neither. */
export function partOf(path) {
  const peer = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]
  if (peer !== undefined) return peer
  const [, machines, folder] = /dist\/(?:(machines)\/|src\/(?:([^/]+)\/)?)/.exec(path) ?? []
  if (machines !== undefined) return "machines/"
  if (folder !== undefined) return `src/${folder}/`
  return path.includes("dist/src/") ? "src/*.ts" : null
}
