import pg from 'pg'
import { newId } from './id'

/** Something has changed; read it again. Never the data itself: a hint may be lost, a row may not. */
export interface Hint {
  readonly type: string
  readonly subjects: readonly string[] | '*'
}

/** Wakes this instance at once and the others by NOTIFY. `resync` tells that hints may have been missed. */
export interface Hints {
  publish(hint: Hint): void
  subscribe(listener: (hint: Hint | 'resync') => void): () => void
  close(): Promise<void>
}

const channel = 'holdpoint'
const payloadLimit = 7_000
/**
 * Nobody's decision waits by these: they go along with what is told next, because each telling costs a commit. What depends on an
 * outcome hears of it at once where it was reported, and a moment later elsewhere.
 */
const unhurried = new Set(['event', 'checkpoint', 'outcome'])
const gatherMs = 50

/** Opens the listener of one instance. It reconnects by itself, and says `resync` each time it had to. */
export async function openHints(url: string, pool: pg.Pool): Promise<Hints> {
  const self = newId('ins')
  const listeners = new Set<(hint: Hint | 'resync') => void>()
  const tell = (hint: Hint | 'resync') => {
    for (const listener of listeners) listener(hint)
  }
  let closed = false
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
      application_name: 'holdpoint hints',
    })
    let over = false
    const again = () => {
      if (over) return
      over = true
      next.end().catch(() => undefined)
      if (!closed)
        retry = setTimeout(
          () =>
            void connect().then(
              () => tell('resync'),
              () => undefined,
            ),
          500,
        )
    }
    next.on('error', again)
    next.on('end', again)
    next.on('notification', message => {
      const parsed: unknown = JSON.parse(message.payload ?? 'null')
      for (const hint of readHints(parsed, self)) tell(hint)
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      client = next
    } catch (error) {
      again()
      throw error
    }
  }

  let pending = new Map<string, Set<string> | '*'>()
  let sending = false
  let hurry: () => void = () => undefined
  /** The end of this turn, so that what is told in it is told together; later where nothing in it is urgent. */
  const gathered = () =>
    new Promise<void>(resolve => {
      const now = () => void setImmediate(resolve)
      if ([...pending.keys()].some(type => !unhurried.has(type))) return now()
      const timer = setTimeout(resolve, gatherMs)
      hurry = () => {
        clearTimeout(timer)
        now()
      }
    })
  const flush = async (): Promise<void> => {
    sending = true
    while (pending.size > 0 && !closed) {
      await gathered()
      const batch = pending
      pending = new Map()
      const payload = writeHints(self, batch)
      await pool
        .query({ name: 'notify', text: 'select pg_notify($1, $2)', values: [channel, payload] })
        .catch(() => undefined)
    }
    sending = false
  }

  await connect()
  return {
    publish(hint) {
      tell(hint)
      const known = pending.get(hint.type)
      if (hint.subjects === '*' || known === '*') pending.set(hint.type, '*')
      else pending.set(hint.type, new Set([...(known ?? []), ...hint.subjects]))
      if (!sending) void flush()
      else if (!unhurried.has(hint.type)) hurry()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => undefined)
    },
  }
}

/** PostgreSQL refuses payloads of 8,000 bytes: what is longer becomes `*`. */
function writeHints(self: string, batch: ReadonlyMap<string, ReadonlySet<string> | '*'>): string {
  const whole = JSON.stringify([
    self,
    ...[...batch].map(([type, subjects]) => [type, subjects === '*' ? '*' : [...subjects]]),
  ])
  if (Buffer.byteLength(whole) <= payloadLimit) return whole
  return JSON.stringify([self, ...[...batch.keys()].map(type => [type, '*'])])
}

function readHints(parsed: unknown, self: string): Hint[] {
  if (!Array.isArray(parsed) || parsed[0] === self) return []
  return parsed.slice(1).flatMap((entry: unknown): Hint[] => {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string') return []
    const subjects: unknown = entry[1]
    return [{ type: entry[0], subjects: Array.isArray(subjects) ? subjects.map(String) : '*' }]
  })
}
