/** Replaces a method of the platform by one that is made of it. */
export function replace<Target, Name extends keyof Target>(target: Target, name: Name, by: (original: Target[Name]) => Target[Name]): void {
  target[name] = by(target[name])
}
