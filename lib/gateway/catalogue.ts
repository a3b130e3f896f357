import { digestOf } from '@/lib/kernel/digest'

/** One definition as a server lists it: what is not named here is passed on untouched. */
export interface Definition {
  readonly name: string
  readonly description?: string | undefined
  readonly inputSchema?: unknown
}

/** A tool as clients see it, and where it is. */
export interface Offered<D extends Definition = Definition> {
  /** Its name under the gateway. */
  readonly name: string
  /** The server, by its name in the configuration. */
  readonly server: string
  /** Its name there. */
  readonly upstream: string
  readonly definition: D
  /** Over everything its server says of it: what a model reads decides what it does. */
  readonly digest: string
}

export const defaultPrefix = (server: string): string => `${server}__`

/** One server's tools under the names that clients see. */
export function offered<D extends Definition>(server: string, prefix: string, listed: readonly D[]): Offered<D>[] {
  return listed.map(definition => ({
    name: prefix + definition.name,
    server,
    upstream: definition.name,
    definition: { ...definition, name: prefix + definition.name },
    digest: digestOf(definition),
  }))
}

/** What differs from what was pinned; new names are pinned by the first who sees them. */
export function driftOf<O extends Offered>(pins: ReadonlyMap<string, string>, now: readonly O[]): O[] {
  return now.filter(one => (pins.get(one.name) ?? one.digest) !== one.digest)
}
