import type { Server as HttpServer, IncomingMessage } from 'node:http'
import { Server, type Socket } from 'socket.io'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { liveSignIns } from '@/server/access/sign-in-store'
import { reader } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { originsOf } from '@/server/http/address'
import { openCoalescer } from './coalesce'

/** What browsers are told about. Other hints are between instances. */
const told = new Set([
  'hold',
  'action',
  'agent',
  'tool',
  'mcp_server',
  'on_call',
  'containment',
  'enforcement',
  'grant',
  'report',
  'policy',
  'event',
  'member',
  'registry',
  'checkpoint',
  'sign_in',
])
const recheckEvery = 5_000
/** Who sees everything hears which; everyone else hears that something has changed, and asks. */
const rooms = { ids: 'ids', some: 'some' } as const

interface Told {
  hint(hint: { type: string; subjects: readonly string[] | '*'; at: string }): void
  resync(): void
}
interface Kept {
  signIn: string
}
type Sockets = Server<Record<string, never>, Told, Record<string, never>, Kept>

/** The sockets of one instance. */
export interface Live {
  /** Sockets open now. */
  count(): number
  close(): Promise<void>
}

/**
 * Socket.IO at /live/, websocket only: a signed-in person's browser, from our own origin, or their command line by its
 * token, hears hints and says nothing.
 * Every instance tells its own sockets from its own listener. A sign-in that ends takes its sockets with it at once; a
 * lost hint costs at most 5 s.
 */
export function openLive(app: Served, server: HttpServer): Live {
  const known = new WeakMap<IncomingMessage, SignedIn>()
  const io: Sockets = new Server(server, {
    path: '/live/',
    transports: ['websocket'],
    serveClient: false,
    allowEIO3: false,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: 5_000,
    maxHttpBufferSize: 10_000,
    // An upgrade that is nobody's ends at once.
    destroyUpgradeTimeout: 100,
    allowRequest(request, answer) {
      const { origin, cookie, authorization } = request.headers
      // A command line comes with a personal token and no browser: there is neither an origin nor a cookie to misuse.
      if (authorization !== undefined ? app.sessions.carries(cookie) : !origin) return answer(null, false)
      if (origin && !originsOf(request, app.config).includes(origin)) return answer(null, false)
      const found = authorization === undefined ? app.sessions.find(cookie) : app.sessions.findBearer(authorization)
      found.then(
        person => {
          if (person) known.set(request, person)
          answer(null, person !== null)
        },
        () => answer(null, false),
      )
    },
  })

  io.on('connection', (socket: Socket<Record<string, never>, Told, Record<string, never>, Kept>) => {
    const person = known.get(socket.request)
    if (!person) return void socket.disconnect(true)
    socket.data.signIn = person.sign_in_id
    void socket.join(mayEverywhere(person, 'registry.read') ? rooms.ids : rooms.some)
    // Sockets are for listening: whoever speaks is not one of our pages (W09).
    socket.onAny(() => socket.disconnect(true))
  })

  const recheck = async (): Promise<void> => {
    const sockets = [...io.sockets.sockets.values()]
    if (sockets.length === 0) return
    const live = await liveSignIns(reader(app.db.pool), [...new Set(sockets.map(socket => socket.data.signIn))])
    for (const socket of sockets) {
      const seesAll = live.get(socket.data.signIn)
      if (seesAll === undefined) socket.disconnect(true)
      else if (seesAll !== socket.rooms.has(rooms.ids)) {
        void socket.leave(seesAll ? rooms.some : rooms.ids)
        void socket.join(seesAll ? rooms.ids : rooms.some)
      }
    }
  }
  const recheckSoon = (): void => void recheck().catch(() => undefined)

  const coalescer = openCoalescer(({ type, subjects }) => {
    const at = new Date().toISOString()
    io.to(rooms.ids).emit('hint', { type, subjects: type === 'sign_in' ? '*' : subjects, at })
    io.to(rooms.some).emit('hint', { type, subjects: '*', at })
  })
  const unsubscribe = app.db.hints.subscribe(hint => {
    if (hint === 'resync') {
      recheckSoon()
      io.emit('resync')
      return
    }
    if (hint.type === 'sign_in' || hint.type === 'member') recheckSoon()
    // How one ended is a part of it to who looks.
    if (hint.type === 'outcome') coalescer.add({ ...hint, type: 'action' })
    else if (told.has(hint.type)) coalescer.add(hint)
  })
  const timer = setInterval(recheckSoon, recheckEvery)
  timer.unref()

  return {
    count: () => io.sockets.sockets.size,
    async close() {
      unsubscribe()
      clearInterval(timer)
      coalescer.close()
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}
