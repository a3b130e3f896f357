/** What a tool answers (MCP `CallToolResult`), as far as the gateway makes one itself. */
export interface ToolAnswer {
  readonly content: { type: 'text'; text: string }[]
  readonly isError: true
  readonly _meta: { readonly [metaKey]: Decided; [more: string]: unknown }
  [more: string]: unknown
}

/** Where clients find by machine what the text says. */
export const metaKey = 'holdpoint/decision'

/** What the text says, for machines. */
export interface Decided {
  readonly status: Said['status']
  readonly code: string
  readonly action: string | null
  readonly url?: string
}

/** Why a call was not passed on, or what is not known of it. */
export interface Said {
  readonly status: 'pending' | 'denied' | 'unavailable' | 'failed' | 'unknown' | 'changed'
  readonly code: string
  readonly reason: string
  /** The handle: Holdpoint's id of the action, where there is one. */
  readonly action: string | null
  /** What the model is to do next, in one sentence. */
  readonly next: string
  readonly url?: string | null
}

/**
 * An error of the tool, not of the protocol: the model reads it. It carries no structured content, which clients would
 * hold against the tool's output schema.
 */
export function saying(said: Said): ToolAnswer {
  const { status, code, reason, action, next, url } = said
  const lines = [
    `Holdpoint: ${headline[status]} (${code}). ${inert(reason)}`.trim(),
    ...(url ? [`People decide at ${url}`] : []),
    next,
    ...(action ? [`Handle: ${action}`] : []),
  ]
  return {
    content: [{ type: 'text', text: lines.join('\n') }],
    isError: true,
    _meta: { [metaKey]: { status, code, action, ...(url ? { url } : {}) } },
  }
}

const headline: Readonly<Record<Said['status'], string>> = {
  pending: 'this call waits for people and was not run yet',
  denied: 'this call was not allowed and was not run',
  unavailable: 'this call could not be decided and was not run',
  failed: 'this call was allowed, and its server did not do it',
  unknown: 'this call was sent, and nobody knows how it ended',
  changed: 'this tool is not what it was, and the call was not run',
}

/** One line of text that people wrote: nothing in it can pass for another line of ours. */
const inert = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 1_000)
    .toWellFormed()

const longestSummary = 2_000

/** A server's words as the report of an outcome takes them: whole letters, no U+0000, and not too many. */
export const reportable = (text: string): string =>
  text.slice(0, longestSummary).replaceAll('\u0000', '\ufffd').toWellFormed()

const longestWritten = 900_000
/** Written as JSON, a letter takes six bytes at most. */
const surelyFits = longestWritten / 6

/** A text as it can be recorded: whole letters, no U+0000, and no more than one request may carry however it is written. */
export function recordable(text: string): string {
  const whole = text.replaceAll('\u0000', '\ufffd').toWellFormed()
  const bytes = new TextEncoder().encode(JSON.stringify(whole)).length
  return bytes > longestWritten ? whole.slice(0, surelyFits).toWellFormed() : whole
}

/** The text of a result, as the model has it before it: what is recorded of it, at most so many characters. */
export function textOf(
  result: {
    readonly content?: unknown
    readonly structuredContent?: unknown
    readonly contents?: unknown
    readonly messages?: unknown
  },
  most: number,
): string {
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
  const parts = [
    ...listed(result.content).flatMap(partText),
    ...listed(result.contents).flatMap(partText),
    ...listed(result.messages).flatMap(one => partText(isObject(one) ? one.content : null)),
  ]
  if (parts.length === 0 && result.structuredContent !== undefined) parts.push(JSON.stringify(result.structuredContent))
  return parts.join('\n').slice(0, most)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function partText(part: unknown): string[] {
  if (!isObject(part)) return []
  if (typeof part.text === 'string') return [part.text]
  if (isObject(part.resource)) return partText(part.resource)
  // What is no text stands before the model too: that it does is recorded, so that what is said of its server counts.
  const data = part.blob ?? part.data
  return typeof data === 'string' ? [`(${typeof part.mimeType === 'string' ? part.mimeType : 'data'}, no text)`] : []
}

const deepest = 1_000

/** Is it nested so deeply that it cannot be written down again? Looked at level by level, whatever its depth. */
export function isTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true
    level = level.flatMap(one => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return false
}
