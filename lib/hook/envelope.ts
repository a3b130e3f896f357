import type { Submission } from '@/lib/action/contract'
import type { Constraint } from '@/lib/grant/constraint'
import type { LineInput } from '@/lib/grant/contract'
import { canonical } from '@/lib/kernel/canonical'
import { parseDecimal } from '@/lib/kernel/decimal'
import type { Operation } from '@/lib/kernel/scale'
import type { Meaning } from '@/lib/tool/tool'
import { isHidden, pathFrom } from './submission'

/** The name by which policy is asked whether a session may ask for an envelope: no tool, and in nobody's catalogue. */
export const envelopeTool = 'holdpoint.envelope'

/** What a session asks for where policy says nothing less. */
export const asksFor = { seconds: 4 * 3_600, times: 200 } as const

/** A class of calls that a session is about, with one call of it: what it would cover is judged by that. */
export interface Work {
  readonly line: LineInput
  readonly example: Submission
}

/** What is done again and again in one piece of work. Whatever else there is, people decide each time. */
const ordinary: readonly Operation[] = ['read', 'create', 'update', 'execute', 'send']
export const isOrdinary = (operation: Operation): boolean => ordinary.includes(operation)

const text: Constraint = { max_length: 20_000 }
/** The arguments beside the path with which each of these changes a file: every form that its calls have. */
const changing: Readonly<Record<string, readonly Readonly<Record<string, Constraint>>[]>> = {
  Edit: [
    { old_string: text, new_string: text },
    { old_string: text, new_string: text, replace_all: { one_of: [true, false] } },
  ],
  Write: [{ content: text }],
}

const example: Readonly<Record<string, unknown>> = { old_string: 'a', new_string: 'b', content: 'b', replace_all: true }

/**
 * The classes of calls that this one is of, as wide as one piece of work: files below the folder that it is done in, pages of
 * one host, the same call of a tool with other text or less of what counts. None where there is nothing to be wider than it.
 */
export function workOf(call: Submission, cwd: string, meanings: Readonly<Record<string, Meaning>>): Work[] {
  if (Object.hasOwn(changing, call.tool)) return filesOf(call, cwd)
  return call.tool === 'WebFetch' ? pagesOf(call) : againOf(call, meanings)
}

function filesOf(call: Submission, cwd: string): Work[] {
  const path = call.params.file_path
  const folder = pathFrom(cwd, '')
  if (cwd === '' || typeof path !== 'string' || isHidden(pathFrom(cwd, path), cwd)) return []
  const slash = cwd.includes('\\') ? '\\' : '/'
  const below = cwd.endsWith(slash) ? cwd : cwd + slash
  // Only what is named as Claude Code names it, from the root: where another path leads is not seen in its beginning.
  if (!path.startsWith(below)) return []
  return Object.entries(changing).flatMap(([tool, forms]) =>
    forms.map((form): Work => {
      const params = Object.fromEntries(Object.keys(form).map(name => [name, example[name]]))
      return {
        line: {
          tool,
          resource: { type: 'file', id: `${folder}/*` },
          params: { file_path: { prefix: below }, ...form },
        },
        example: { ...call, tool, params: { file_path: path, ...params } },
      }
    }),
  )
}

function pagesOf(call: Submission): Work[] {
  const { url, prompt, ...others } = call.params
  if (typeof url !== 'string' || typeof prompt !== 'string' || !URL.canParse(url)) return []
  const { origin } = new URL(url)
  if (origin === 'null' || Object.keys(others).length > 0) return []
  const params = { url: { prefix: `${origin}/` }, prompt: text }
  return [{ line: { tool: call.tool, resource: { type: 'url', id: `${origin}/*` }, params }, example: call }]
}

/** The same call again: only what people read may be another text, and only what counts may be less. */
function againOf(call: Submission, meanings: Readonly<Record<string, Meaning>>): Work[] {
  const params = Object.entries(call.params).map(
    ([name, value]) => [name, constraintOf(value, Object.hasOwn(meanings, name) ? meanings[name] : undefined)] as const,
  )
  const wider = params.some(([, one]) => !('equals' in one))
  if (params.length > 0 && !wider) return []
  const { type, id } = call.resource ?? {}
  const line = {
    tool: call.tool,
    params: Object.fromEntries(params),
    ...(type ? { resource: { type, ...(id ? { id } : {}) } } : {}),
  }
  return [{ line, example: call }]
}

function constraintOf(value: unknown, meaning: Meaning | undefined): Constraint {
  if ((meaning === 'subject' || meaning === 'body') && typeof value === 'string') return text
  const number = meaning === 'amount' || meaning === 'count' ? parseDecimal(value) : null
  return number !== null && number >= 0n ? { at_most: String(value) } : { equals: value }
}

/** Each class once, the first so many. */
export function distinct(works: readonly Work[], most: number): Work[] {
  return [...new Map(works.map(one => [canonical(one.line), one])).values()].slice(0, most)
}
