'use client'
import { useSyncExternalStore } from 'react'

export type ConnectionState = 'live' | 'reconnecting' | 'offline'

/**
 * How this page hears of changes, whether the last thing that it asked was answered, and when it last read anything (this
 * browser's clock, ms).
 */
export interface Connection {
  readonly state: ConnectionState
  readonly freshAt: number
  readonly reachable: boolean
}

let connection: Connection = { state: 'reconnecting', freshAt: 0, reachable: true }
const onServer: Connection = connection
const listeners = new Set<() => void>()

function change(next: Partial<Connection>): void {
  connection = { ...connection, ...next }
  for (const listener of listeners) listener()
}

/** Told by the socket. */
export function connectionIs(state: ConnectionState): void {
  if (state !== connection.state) change({ state })
}

/** Told by every answer that arrives: what is shown is as of now. */
export function readNow(at: number): void {
  if (at - connection.freshAt >= 1_000 || !connection.reachable) change({ freshAt: at, reachable: true })
}

/** Told by what was asked and never answered. */
export function unreachable(): void {
  if (connection.reachable) change({ reachable: false })
}

/** The state outside React, for polling while the socket is away. */
export function connectionState(): ConnectionState {
  return connection.state
}

const retries = new Set<() => void>()

/** Whoever can connect or read again says so here; answers with how to take it back. */
export function onTryNow(retry: () => void): () => void {
  retries.add(retry)
  return () => retries.delete(retry)
}

/** Someone does not want to wait for the next attempt. */
export function tryNow(): void {
  for (const retry of retries) retry()
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => connection,
    () => onServer,
  )
}
