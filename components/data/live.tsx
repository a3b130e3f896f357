'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { io, type Socket } from 'socket.io-client'
import { connectionIs, onTryNow, unreachable } from './connection'
import { type Concept, touchedBy } from './keys'

interface Hint {
  readonly type: string
  readonly subjects: readonly string[] | '*'
  readonly at: string
}
interface FromServer {
  hint: (hint: Hint) => void
  resync: () => void
}

const offlineAfterMs = 15_000
const soonMs = 2_000

/**
 * Listens for hints and reads again what they touch. A hint carries no data and may be lost: on connect, on reconnect and
 * on `resync` everything that is shown is read again. Without a socket the page polls (see provider.tsx) and says so.
 */
export function Live() {
  const client = useQueryClient()
  useEffect(() => {
    const socket: Socket<FromServer> = io({ path: '/live/', transports: ['websocket'], reconnectionDelayMax: 5_000 })
    let giveUp: ReturnType<typeof setTimeout> | undefined
    const later = new Set<Concept>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      const due = new Set<unknown>(later)
      later.clear()
      if (due.size > 0) void client.invalidateQueries({ predicate: ({ queryKey }) => due.has(queryKey[0]) })
    }
    const invalidate = (concepts: readonly Concept[], { type, subjects }: Hint) => {
      const due = new Set<unknown>(concepts)
      const own = type.split('.')[0]
      void client.invalidateQueries({
        // A page about one thing is read again only for that thing, unless the hint says everything.
        predicate: ({ queryKey: [concept, shape, id] }) =>
          due.has(concept) &&
          (shape !== 'one' || concept !== own || subjects === '*' || subjects.some(subject => subject === id)),
      })
    }
    const lost = () => {
      connectionIs(navigator.onLine ? 'reconnecting' : 'offline')
      giveUp ??= setTimeout(() => connectionIs('offline'), offlineAfterMs)
    }
    socket.on('connect', () => {
      clearTimeout(giveUp)
      giveUp = undefined
      connectionIs('live')
      void client.invalidateQueries()
    })
    socket.on('disconnect', reason => {
      lost()
      // The server ended it, because it stops or because the sign-in has: nobody knocks again unless we do.
      if (reason === 'io server disconnect') socket.connect()
      // Says at once whether the sign-in has ended, and else begins the polling of what is shown.
      void client.invalidateQueries()
    })
    socket.on('connect_error', lost)
    socket.on('resync', () => void client.invalidateQueries())
    socket.on('hint', hint => {
      const { now, soon } = touchedBy(hint.type)
      invalidate(now, hint)
      for (const concept of soon) later.add(concept)
      timer ??= setTimeout(flush, soonMs)
    })
    const offline = () => {
      unreachable()
      lost()
    }
    // A socket that waits for its next attempt ignores `connect`; one that is told to go begins anew.
    const online = () => socket.disconnect().connect()
    const forget = onTryNow(() => {
      online()
      void client.invalidateQueries()
    })
    window.addEventListener('offline', offline)
    window.addEventListener('online', online)
    return () => {
      clearTimeout(giveUp)
      clearTimeout(timer)
      forget()
      window.removeEventListener('offline', offline)
      window.removeEventListener('online', online)
      socket.disconnect()
    }
  }, [client])
  return null
}
