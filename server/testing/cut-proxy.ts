import { createConnection, createServer, type Socket } from 'node:net'
import { atEnd } from './at-end'

/** One message of a client to the server (frontend message of PostgreSQL's protocol 3). */
export interface Message {
  /** Its type byte: `Q` a simple query, `P` parse, `B` bind, `D` describe, `E` execute, `S` sync; `start` has none. */
  readonly type: string
  /** The SQL of a `Q` or a `P`, and of the statement that a `B` binds; empty for the others. */
  readonly sql: string
  /** Its place in its transaction: 0 for the `begin`; -1 outside of one. */
  readonly at: number
  /** The statements of its transaction so far, this message's included: one each, whether or not its connection has to parse it first. */
  readonly transaction: readonly string[]
}

/** What becomes of a message: sent on; cut before it was sent; sent, and its answer never comes back. */
export type Fate = 'pass' | 'cut before' | 'cut after'

/** PostgreSQL behind a network that fails where a test says so. */
export interface CutProxy {
  /** The database's address by way of the proxy. */
  readonly url: string
  /** Asks this of every message from now on. Null: everything passes. */
  judge(fate: ((message: Message) => Fate) | null): void
  /** Cuts at the k-th message that counts from now on, once. Answers whether it has been reached. */
  cutAt(k: number, side: Exclude<Fate, 'pass'>, counts: (message: Message) => boolean): () => boolean
  /** Cuts every connection and takes no new one, until `accept`. */
  refuse(): void
  /** Connections are taken and stay silent: a network that swallows everything, until `accept`. */
  swallow(): void
  /** What is sent arrives; no answer comes back: a network that is cut one way, until `accept`. */
  deafen(): void
  /** Everything stays on the way, and arrives in its order at `accept`, also when nobody waits for it any more. */
  stall(): void
  accept(): void
  /** How many connections have been cut. */
  cuts(): number
}

/** Starts a proxy in front of the database at `url`; stopped after the file's last test. */
export async function cutProxy(url: string): Promise<CutProxy> {
  const target = new URL(url)
  const open = new Set<() => void>()
  let fate: ((message: Message) => Fate) | null = null
  let mode: 'accept' | 'refuse' | 'swallow' | 'deafen' | 'stall' = 'accept'
  const late: (() => void)[] = []
  const carry = (what: () => void): void => {
    if (mode === 'stall') late.push(what)
    else what()
  }
  let cuts = 0

  // Small messages are sent on at once: held back for each other's acknowledgements they would take 40 ms each.
  const server = createServer({ noDelay: true }, client => {
    client.on('error', () => undefined)
    if (mode === 'refuse') return void client.destroy()
    const upstream = createConnection({ port: Number(target.port || 5432), host: target.hostname, noDelay: true })
    upstream.on('error', () => undefined)
    let dead = false
    const cut = () => {
      if (dead) return
      dead = true
      cuts++
      client.destroy()
      // What was sent on arrives before the end of the stream does: a COMMIT is carried out although nobody hears of it.
      upstream.end()
    }
    open.add(cut)
    const over = () => {
      open.delete(cut)
      client.destroy()
      upstream.end()
    }
    client.on('close', () => carry(over))
    upstream.on('close', over)
    upstream.on('data', chunk => {
      if (dead || mode === 'swallow' || mode === 'deafen') return
      carry(() => client.destroyed || client.write(chunk))
    })
    readMessages(client, (bytes, message) => {
      if (dead || mode === 'swallow') return
      const then = fate?.(message) ?? 'pass'
      if (then !== 'cut before') carry(() => upstream.write(bytes))
      if (then !== 'pass') cut()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(typeof address === 'object' && address ? address.port : 0)
  const cutAll = () => {
    for (const cut of [...open]) cut()
  }
  atEnd(() => {
    cutAll()
    server.close()
  })
  return {
    url: through.href,
    judge: next => {
      fate = next
    },
    cutAt(k, side, counts) {
      let seen = 0
      let done = false
      fate = message => {
        if (done || !counts(message) || ++seen < k) return 'pass'
        done = true
        return side
      }
      return () => done
    },
    refuse() {
      mode = 'refuse'
      cutAll()
    },
    swallow: () => {
      mode = 'swallow'
    },
    deafen: () => {
      mode = 'deafen'
    },
    stall: () => {
      mode = 'stall'
    },
    accept() {
      // What was swallowed is lost for good: such a connection cannot go on.
      if (mode === 'swallow' || mode === 'deafen') cutAll()
      mode = 'accept'
      for (const arrive of late.splice(0)) arrive()
    },
    cuts: () => cuts,
  }
}

/** Cuts the stream into messages: the first has a length and no type, all later ones a type byte and a length. */
function readMessages(client: Socket, each: (bytes: Buffer, message: Message) => void): void {
  let rest = Buffer.alloc(0)
  let started = false
  let transaction: string[] = []
  let at = -1
  let parsed = false
  const statements = new Map<string, string>()
  client.on('data', chunk => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const head = started ? 1 : 0
      if (rest.length < head + 4) return
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return
      const bytes = rest.subarray(0, length)
      rest = rest.subarray(length)
      const type = started ? String.fromCharCode(bytes[0] ?? 0) : 'start'
      started = true
      const sql = sqlOf(type, bytes, statements)
      if (/^\s*begin\b/i.test(sql)) {
        at = 0
        transaction = []
      }
      // A statement that was parsed just now is the one that is bound next.
      if (sql !== '' && at >= 0 && !(parsed && type === 'B')) transaction.push(sql)
      if (sql !== '') parsed = type === 'P'
      each(bytes, { type, sql, at, transaction })
      if (at >= 0) at++
      if (/^\s*(commit|rollback)\b/i.test(sql)) at = -1
    }
  })
}

/** Named statements are parsed once a connection: what is bound later is found by its name. */
function sqlOf(type: string, bytes: Buffer, statements: Map<string, string>): string {
  const text = (from: number) => bytes.toString('utf8', from, bytes.indexOf(0, from))
  if (type === 'Q') return text(5)
  if (type !== 'P' && type !== 'B') return ''
  const second = text(bytes.indexOf(0, 5) + 1)
  if (type === 'B') return statements.get(second) ?? ''
  statements.set(text(5), second)
  return second
}
