import { digestOf } from '@/lib/kernel/digest'
import { listedTool } from '@/lib/tool/contract'

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

/** The longest definition that is reported, in characters of its JSON. */
const mostDefinition = 100_000

/** So many tools of one server are offered: more, no model reads, and no person classifies. */
const mostTools = 1_000

/**
 * Of what a server lists, what can be offered; and what cannot, with why. What people could not be shown as it is reaches no
 * model: neither words behind an end that we set, nor one of two definitions under the same name.
 * @param reserved names that are not tools'
 */
export function fitting<D extends Definition>(
  prefix: string,
  listed: readonly D[],
  reserved: ReadonlySet<string>,
): { readonly fit: readonly D[]; readonly unfit: readonly { readonly name: string; readonly why: string }[] } {
  const twins = Map.groupBy(listed, one => one.name)
  const fit: D[] = []
  const unfit: { name: string; why: string }[] = []
  for (const one of listed) {
    const why = reserved.has(one.name)
      ? 'its name is not a tool’s'
      : twins.get(one.name)?.length !== 1
        ? 'another has its name'
        : JSON.stringify(one).length > mostDefinition
          ? 'its definition is too long'
          : listedTool.safeParse({ ...one, name: prefix + one.name }).success
            ? fit.length < mostTools
              ? null
              : `it offers more than ${mostTools} tools`
            : 'its name, its hints or the length of its description are not of the form that is kept'
    if (why === null) fit.push(one)
    else unfit.push({ name: one.name, why })
  }
  return { fit, unfit }
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
