import type { Prompt, Resource, ResourceTemplateType } from '@modelcontextprotocol/client'
import { UriTemplate } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import type { Naming } from '@/lib/gateway/naming'
import { type Standby, within } from './catalogue'

/** What the servers offer beside tools, by the names under which clients know it. */
export interface Offers {
  /** Servers that cannot be reached are left out. */
  resources(): Promise<Resource[]>
  templates(): Promise<ResourceTemplateType[]>
  prompts(): Promise<Prompt[]>
  /** Whose resource this is, or template, and its own name for it; null: nobody's. */
  resource(uri: string): Promise<Theirs | null>
  prompt(name: string): Promise<Theirs | null>
}

/** One server's, by the server's own name. */
export interface Theirs {
  readonly server: Standby
  readonly name: string
}

/**
 * @param servers as they stand when something is asked
 * @param patience how long a list waits for a server that is silent, in milliseconds; absent: on and on
 */
export function openOffers(servers: () => readonly Standby[], log: Logger, patience?: number): Offers {
  async function all<T>(
    of: (server: Standby) => Promise<readonly T[]>,
  ): Promise<{ server: Standby; items: readonly T[] }[]> {
    return Promise.all(
      servers().map(async server => {
        let items: readonly T[] = []
        const warn = () => log.warn({ server: server.name }, 'what the server offers cannot be read')
        const listed = of(server).then(found => {
          items = found
        }, warn)
        await (patience === undefined ? listed : within(listed, patience, warn))
        return { server, items }
      }),
    )
  }

  /** Of two of one name the first server's is offered, as with tools: without a prefix names can meet. */
  async function named<T>(
    of: (server: Standby) => Promise<readonly T[]>,
    name: (item: T) => string,
    outward: (item: T, naming: Naming) => T,
  ): Promise<T[]> {
    const found = new Map<string, T>()
    for (const { server, items } of await all(of))
      for (const item of items.map(one => outward(one, server.upstream.naming))) {
        if (found.has(name(item))) log.error({ server: server.name, name: name(item) }, 'two of one name')
        else found.set(name(item), item)
      }
    return [...found.values()]
  }

  /** Who may be meant: whose beginning it has. Several only where servers have none. */
  const meant = (name: string, beginning: (naming: Naming) => string): Theirs[] => {
    const fit = servers().map(server => ({ server, begins: beginning(server.upstream.naming) }))
    const known = fit.filter(({ begins }) => begins !== '' && name.startsWith(begins))
    const open = known.length > 0 ? known : fit.filter(({ begins }) => begins === '')
    return open.map(({ server, begins }) => ({ server, name: name.slice(begins.length) }))
  }

  /** One that is meant is asked for it at once; of several the one that has it. */
  async function owner(among: readonly Theirs[], has: (theirs: Theirs) => Promise<boolean>): Promise<Theirs | null> {
    const [first] = among
    if (first === undefined || among.length === 1) return first ?? null
    for (const one of among) if (await has(one).catch(() => false)) return one
    return null
  }

  return {
    resources: () =>
      named(
        ({ upstream }) => upstream.resources(),
        one => one.uri,
        (one, { uri }) => ({ ...one, uri: uri + one.uri }),
      ),
    templates: () =>
      named(
        ({ upstream }) => upstream.templates(),
        one => one.uriTemplate,
        (one, { uri }) => ({ ...one, uriTemplate: uri + one.uriTemplate }),
      ),
    prompts: () =>
      named(
        ({ upstream }) => upstream.prompts(),
        one => one.name,
        (one, { prefix }) => ({ ...one, name: prefix + one.name }),
      ),
    resource: uri =>
      owner(
        meant(uri, naming => naming.uri),
        async ({ server: { upstream }, name }) => {
          if ((await upstream.resources()).some(one => one.uri === name)) return true
          return (await upstream.templates()).some(({ uriTemplate }) => uriTemplate === name || fits(uriTemplate, name))
        },
      ),
    prompt: name =>
      owner(
        meant(name, naming => naming.prefix),
        async ({ server: { upstream }, name: own }) => (await upstream.prompts()).some(one => one.name === own),
      ),
  }
}

function fits(template: string, uri: string): boolean {
  try {
    return new UriTemplate(template).match(uri) !== null
  } catch {
    return false
  }
}
