import type { Link } from './link'

/** So many resources one session, or one stream that listens, may watch. */
export const mostWatched = 100

/** Resources of one server that somebody wants to be told of. */
export interface Watching {
  /** From now on, until the answer is called. @throws Error when the server cannot be reached, or refuses */
  watch(uri: string): Promise<() => void>
  /** There is another connection: what was watched is watched by it. */
  again(): void
}

interface Watched {
  count: number
  stop: Promise<() => unknown>
  /** It is not known yet whether it is watched: that is by the connection that opens now. */
  starting: boolean
}

/** @param link the connection as it is now */
export function openWatching(link: () => Promise<Link>): Watching {
  const watched = new Map<string, Watched>()

  function begin(uri: string, found: Watched): void {
    found.starting = true
    found.stop = start(uri).finally(() => {
      found.starting = false
    })
    found.stop.catch(() => undefined)
  }

  async function start(uri: string): Promise<() => unknown> {
    const { client, modern } = await link()
    if (!client.getServerCapabilities()?.resources?.subscribe) return () => undefined
    if (modern) {
      const listening = await client.listen({ resourceSubscriptions: [uri] })
      return () => listening.close()
    }
    await client.subscribeResource({ uri })
    return () => client.unsubscribeResource({ uri })
  }

  function release(uri: string): void {
    const found = watched.get(uri)
    if (!found || --found.count > 0) return
    watched.delete(uri)
    found.stop.then(stop => stop()).catch(() => undefined)
  }

  return {
    async watch(uri) {
      const known = watched.get(uri)
      const found = known ?? { count: 0, stop: Promise.resolve(() => undefined), starting: false }
      if (!known) {
        watched.set(uri, found)
        begin(uri, found)
      }
      found.count++
      let over = false
      const once = () => {
        if (!over) release(uri)
        over = true
      }
      try {
        await found.stop
      } catch (error) {
        once()
        throw error
      }
      return once
    },
    again() {
      for (const [uri, found] of watched) if (!found.starting) begin(uri, found)
    },
  }
}
