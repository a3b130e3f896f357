import type { ServerConfig } from '@/lib/gateway/config'
import { openCatalogue } from '@/server/gateway/catalogue'
import type { Own } from '@/server/gateway/own'
import type { Instance } from '@/server/instance'
import { ownWay } from './own'
import { guardedFetchOf, reasonOf } from './reach'

/** What came of asking a server: what it offers, or why it cannot be asked. */
export type Asked = { readonly tools: number; readonly tell: () => Promise<void> } | { readonly error: string }

/**
 * Asks one server for its tools, over a connection of its own. What it offers is told to the catalogue by `tell`, once it is
 * known that it is to stand there.
 */
export async function askServer(app: Instance, name: string, config: ServerConfig): Promise<Asked> {
  const heard: Parameters<Own['report']>[] = []
  const own: Own = {
    permits: null,
    async report(...said) {
      heard.push(said)
      return []
    },
    record: async () => 'refused',
  }
  const tell = async () => {
    for (const said of heard) await ownWay(app, null).report(...said)
  }
  let found: Asked = { error: 'What answers there does not speak MCP.' }
  const catalogue = openCatalogue(
    { [name]: config },
    {
      own,
      log: app.log,
      fetch: guardedFetchOf(app),
      changed: () => undefined,
      asked: (_, how) => {
        found = 'tools' in how ? { tools: how.tools, tell } : { error: reasonOf(how.error) }
      },
    },
  )
  try {
    await catalogue.list()
    return found
  } finally {
    await catalogue.close()
  }
}
