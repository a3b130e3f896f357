'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { io, type Socket } from 'socket.io-client'
import { connectionIs } from './connection'
import { conceptsOf } from './keys'

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

/**
 * Listens for hints and reads again what they touch. A hint carries no data and may be lost: on connect, on reconnect and
 * on `resync` everything that is shown is read again. Without a socket the page polls (see provider.tsx) and says so.
 */
export function Live() {
  const client = useQueryClient()
  useEffect(() => {
    const socket: Socket<FromServer> = io({ path: '/live/', transports: ['websocket'], reconnectionDelayMax: 5_000 })
    let giveUp: ReturnType<typeof setTimeout> | undefined
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
    socket.on('disconnect', lost)
    socket.on('connect_error', lost)
    socket.on('resync', () => void client.invalidateQueries())
    socket.on('hint', hint => {
      const touched = new Set<unknown>(conceptsOf(hint.type))
      void client.invalidateQueries({
        predicate: ({ queryKey: [concept, shape, id] }) =>
          touched.has(concept) &&
          // A page about one thing is read again only for that thing, unless the hint says everything.
          (shape !== 'one' ||
            hint.subjects === '*' ||
            concept !== hint.type.split('.')[0] ||
            hint.subjects.some(subject => subject === id)),
      })
    })
    const offline = () => lost()
    const online = () => socket.connect()
    window.addEventListener('offline', offline)
    window.addEventListener('online', online)
    return () => {
      clearTimeout(giveUp)
      window.removeEventListener('offline', offline)
      window.removeEventListener('online', online)
      socket.disconnect()
    }
  }, [client])
  return null
}
