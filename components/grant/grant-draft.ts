import { lineProblems } from '@/lib/grant/check'
import { grantBody, type LineInput, lineOf } from '@/lib/grant/contract'
import { type GrantKind, longest } from '@/lib/grant/grant'
import type { FieldError } from '@/lib/kernel/problem'
import type { Environment } from '@/lib/kernel/scale'
import type { Classified } from '@/lib/tool/tool'
import { emptyLine, type LineDraft, readLine, step, type ToolKnown, writeLine } from './line-draft'

/** What the form begins with: nothing, or what was seen to be alike. */
export interface Seed {
  readonly agent_id: string
  readonly reason: string
  readonly lines: readonly LineInput[]
}
export const emptySeed: Seed = { agent_id: '', reason: '', lines: [] }

export const units = { minutes: 60, hours: 3_600, days: 86_400 } as const
export type Unit = keyof typeof units

/** A whole proposal as it is filled in. */
export interface GrantDraft {
  readonly agent_id: string
  readonly kind: GrantKind
  readonly reason: string
  readonly life: string
  readonly unit: Unit
  readonly session: string
  readonly task: string
  readonly approvals: string
  readonly lines: readonly LineDraft[]
}

/** A tool of the catalogue as the form needs it. */
export type ToolChoice = ToolKnown & { readonly name: string; readonly classified: Classified | null }

/** A form that begins with a seed. */
export function draftOf(seed: Seed, tools: ReadonlyMap<string, ToolChoice>): GrantDraft {
  const lines = seed.lines.map((line, at) => writeLine(line, at, tools.get(line.tool)))
  return {
    agent_id: seed.agent_id,
    kind: 'standing',
    reason: seed.reason,
    life: '1',
    unit: 'days',
    session: '',
    task: '',
    approvals: '1',
    lines: lines.length > 0 ? lines : [emptyLine(0)],
  }
}

const longestWords: Readonly<Record<GrantKind, string>> = {
  standing: 'At most 30 days.',
  envelope: 'At most one day.',
  break_glass: 'At most one hour.',
}

/** How long it lives, in seconds; NaN where that cannot be read. */
export const secondsOf = (draft: Pick<GrantDraft, 'life' | 'unit'>): number =>
  /^\d{1,6}$/.test(draft.life.trim()) ? Number(draft.life) * units[draft.unit] : Number.NaN

/**
 * The proposal as it is sent; what is missing or cannot be read (`missing`), and what cannot be approved in advance at all
 * (`problems`): both by RFC 6901 pointer. The server asks the same again.
 */
export function readDraft(
  draft: GrantDraft,
  tools: ReadonlyMap<string, ToolChoice>,
  registered: Environment,
): {
  readonly body: object
  readonly lines: readonly LineInput[]
  readonly missing: readonly FieldError[]
  readonly problems: readonly FieldError[]
} {
  const missing: FieldError[] = []
  const problems: FieldError[] = []
  if (draft.agent_id === '') missing.push({ pointer: '/agent_id', message: 'Choose the agent.' })
  if (draft.reason.trim() === '') missing.push({ pointer: '/reason', message: 'Say why.' })
  const seconds = secondsOf(draft)
  if (!(seconds >= 60 && seconds <= longest[draft.kind]))
    missing.push({ pointer: '/expires_in_seconds', message: longestWords[draft.kind] })
  const lines = draft.lines.map((one, at) => {
    const { line, faults } = readLine(one)
    const below = (error: FieldError) => ({ ...error, pointer: `/lines/${at}${error.pointer}` })
    missing.push(...faults.map(below))
    const tool = tools.get(one.tool) ?? null
    if (one.tool !== '') problems.push(...lineProblems(lineOf(line, tool, registered), tool).map(below))
    return line
  })
  const [session, task] = [draft.session.trim(), draft.task.trim()]
  const body = {
    agent_id: draft.agent_id,
    kind: draft.kind,
    reason: draft.reason.trim(),
    expires_in_seconds: seconds,
    approvals: Number(draft.approvals),
    ...(session === '' ? {} : { session }),
    ...(task === '' ? {} : { task }),
    lines,
  }
  // What is left is what the contract says and nothing above does: its own words, at its place.
  const read = grantBody.safeParse(body)
  const rest = read.success
    ? []
    : read.error.issues.map(({ path, message }) => ({
        pointer: path.map(one => `/${step(String(one))}`).join(''),
        message,
      }))
  const known = (pointer: string) => [...missing, ...problems].some(one => covers(one.pointer, pointer))
  missing.push(...rest.filter(one => !known(one.pointer)))
  return { body, lines, missing, problems }
}

/** Is one of the two places within the other? */
function covers(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}

/** What is wrong at a place or below it: the first. */
export function errorAt(errors: readonly FieldError[], pointer: string): string | undefined {
  return errors.find(one => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.message
}
