import { Refused } from '@/lib/kernel/problem'
import { isOutage } from '@/server/db/tx'
import type { Instance } from '@/server/instance'

const lines = new WeakMap<Instance, Map<string, Promise<unknown>>>()

/**
 * Lets those who ask the same at one moment go one after another in this process. They would be told the same without it, but
 * each yes would cost all others another try. When the database does not answer one of them, those behind it are not answered
 * either: each would only wait as long for the same. @throws Refused service.unavailable: the client has gone
 */
export async function inLine<T>(app: Instance, name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const line = lines.get(app) ?? new Map<string, Promise<unknown>>()
  lines.set(app, line)
  const turn = (line.get(name) ?? Promise.resolve())
    .catch((error: unknown) => {
      if (isOutage(error)) throw error
    })
    .then(() => {
      // No outage: those behind it go on.
      if (signal.aborted) throw new Refused('service.unavailable', 'The client has gone.')
      return work()
    })
  line.set(name, turn)
  try {
    return await turn
  } finally {
    if (line.get(name) === turn) line.delete(name)
  }
}
