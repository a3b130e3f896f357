/** Shorter values are words that stand everywhere: taking them out would say what they are. */
const shortest = 6

/** Takes values that must not leave the gateway out of whatever it says. */
export interface Scrubber {
  text(text: string): string
  /** Cleans every text inside a JSON value where it stands, names of members included. */
  inside(value: object): void
}

/** @param secrets whole values as the configuration has them: a `Bearer …` is as secret in halves */
export function scrubber(secrets: readonly string[]): Scrubber {
  const all = [...new Set(secrets.flatMap(secret => [secret, ...secret.split(/\s+/)]))]
    .filter(secret => secret.length >= shortest)
    .sort((a, b) => b.length - a.length)
  const text = (given: string) => all.reduce((left, secret) => left.replaceAll(secret, '[secret]'), given)

  function inside(value: object): void {
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === 'string') Reflect.set(value, name, text(one))
      else if (typeof one === 'object' && one !== null) inside(one)
      const clean = Array.isArray(value) ? name : text(name)
      if (clean === name) continue
      Reflect.set(value, clean, Reflect.get(value, name))
      Reflect.deleteProperty(value, name)
    }
  }
  return { text, inside: all.length === 0 ? () => undefined : inside }
}
