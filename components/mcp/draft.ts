import { type Classification, classifications } from '@/lib/kernel/scale'
import { lineOf, readPasted } from '@/lib/mcp/paste'
import { recordOf, rowsOf, type SecretRow } from './secret-rows'
import type { McpServerItem, Place } from './servers'

/** A server as somebody writes it down. */
export interface Draft {
  readonly name: string
  /** An address, or a command line. */
  readonly place: string
  readonly secrets: readonly SecretRow[]
  readonly classification: Classification | null
  readonly timeout: string
}

export const emptyDraft: Draft = { name: '', place: '', secrets: [], classification: null, timeout: '60' }

export const draftOf = (server: McpServerItem): Draft => ({
  name: server.name,
  place: server.url ?? lineOf([server.command ?? '', ...server.args]),
  secrets: server.secrets.map(name => ({ name, value: '', kept: true })),
  classification: server.classification,
  timeout: String(server.timeout_seconds),
})

/** Is it an address? Else it is a command. Null: nothing is written yet. */
export function kindOf({ place }: Draft): 'address' | 'command' | null {
  if (place.trim() === '') return null
  return /^https?:\/\//i.test(place.trim()) ? 'address' : 'command'
}

/** What was typed or pasted as its place: what stands in a configuration goes to the fields it belongs to. */
export function withPlace(draft: Draft, text: string, named: boolean): Draft {
  const read = readPasted(text)
  const name = named || text.trim() === '' ? draft.name : read.name
  if (!text.trim().startsWith('{') || (read.url === null && read.command?.startsWith('{') !== false))
    return { ...draft, name, place: text }
  return {
    ...draft,
    name,
    place: read.url ?? lineOf([read.command ?? '', ...read.args]),
    secrets: rowsOf({ ...read.headers, ...read.env }),
  }
}

/** The program and its arguments; variables before it are taken as such. */
export function commandOf(draft: Draft): { command: string; args: readonly string[]; env: Record<string, string> } {
  const { command, args, env } = readPasted(draft.place)
  return { command: command ?? '', args, env: { ...env, ...recordOf(draft.secrets) } }
}

/** What is sent. */
export function placeOf(draft: Draft): Place {
  const manner = { classification: draft.classification, timeout_seconds: Number(draft.timeout) }
  return kindOf(draft) === 'address'
    ? { ...manner, url: draft.place.trim(), headers: recordOf(draft.secrets) }
    : { ...manner, ...commandOf(draft) }
}

export const keptOf = ({ secrets }: Draft): string[] => secrets.filter(row => row.kept).map(row => row.name)

export const classificationIn = (value: string): Classification | null =>
  classifications.find(one => one === value) ?? null
