'use client'
import { useQuery } from '@tanstack/react-query'
import { call, type Page } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Named } from '@/components/data/me'
import type { Classification } from '@/lib/kernel/scale'

/** An MCP server behind Holdpoint. `secrets` are names: their values are never shown. */
export interface McpServerItem {
  readonly id: string
  readonly name: string
  readonly kind: 'address' | 'command'
  readonly url: string | null
  readonly command: string | null
  readonly args: readonly string[]
  readonly secrets: readonly string[]
  readonly classification: Classification | null
  readonly timeout_seconds: number
  readonly state: 'reachable' | 'failing' | 'forbidden' | 'unknown'
  readonly tools: number
  readonly to_classify: number
  readonly reached_at: string | null
  readonly failed_at: string | null
  readonly error: string | null
  readonly added_by: Named
  readonly created_at: string
  readonly may_change: boolean
  readonly etag: string
}

interface Servers extends Page<McpServerItem> {
  /** Where clients connect to. */
  readonly endpoint: string
  /** The executables that the operator lets Holdpoint start. */
  readonly commands: readonly string[]
  readonly may_add: boolean
}

const path = '/api/console/mcp-servers'

/** All of them, with where clients connect to. */
export function useServers() {
  return useQuery({
    queryKey: keys.list('mcp'),
    queryFn: ({ signal }) => call<Servers>(path, { signal }),
  })
}

export function useServer(id: string) {
  return useQuery({
    queryKey: keys.one('mcp', id),
    queryFn: ({ signal }) => call<McpServerItem>(`${path}/${encodeURIComponent(id)}`, { signal }),
  })
}

/** What people say of a server. Secrets by name; those of `keep` stay as they are. */
export interface Place {
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly classification: Classification | null
  readonly timeout_seconds: number
}

export const addServer = (name: string, place: Place) =>
  call<McpServerItem>(path, { method: 'POST', body: { name, ...place } })

export const changeServer = (server: McpServerItem, place: Place, keep: readonly string[]) =>
  call<McpServerItem>(`${path}/${server.id}`, { method: 'PUT', body: { ...place, keep }, ifMatch: server.etag })

export const testServer = (id: string) =>
  call<{ reached: boolean; detail: string }>(`${path}/${id}/test`, { method: 'POST' })

export const removeServer = (id: string) => call(`${path}/${id}`, { method: 'DELETE' })
