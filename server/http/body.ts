import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { type JsonFault, parseStrict } from '@/lib/kernel/json'
import { type ProblemCode, Refused } from '@/lib/kernel/problem'

const mostBytes = 1_048_576

/** Reads a body of plain JSON: `application/json`, charset utf-8 or none, no content encoding, 1 MiB. @throws Refused 413, 415 */
export function readJson(
  incoming: IncomingMessage,
  badMedia: ProblemCode = 'request.unsupported_media_type',
): Promise<Uint8Array> {
  const [media, ...parameters] = (incoming.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
  const plain = parameters.every(one => one === '' || one === 'charset=utf-8' || one === 'charset="utf-8"')
  const encoding = incoming.headers['content-encoding']
  if (media !== 'application/json' || !plain || (encoding !== undefined && encoding !== 'identity')) {
    throw new Refused(badMedia, 'The body must be application/json.')
  }
  return readBytes(incoming)
}

/** Reads the body of an HTML form as it was sent, 1 MiB. @throws Refused 413, 415 */
export async function readForm(incoming: IncomingMessage): Promise<Uint8Array> {
  const media = (incoming.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (media !== 'application/x-www-form-urlencoded' || incoming.headers['content-encoding'] !== undefined)
    throw new Refused('request.unsupported_media_type', 'The body must be application/x-www-form-urlencoded.')
  return readBytes(incoming)
}

/** Reads the whole body, and no more than 1 MiB of it. @throws Refused 413; 400 when the client hung up half way */
export function readBytes(incoming: IncomingMessage): Promise<Uint8Array> {
  if (Number(incoming.headers['content-length'] ?? 0) > mostBytes)
    return Promise.reject(new Refused('request.too_large'))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > mostBytes) {
        incoming.removeAllListeners('data')
        incoming.resume()
        reject(new Refused('request.too_large'))
      } else chunks.push(chunk)
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', () => reject(new Refused('request.malformed', 'The body broke off.')))
    incoming.on('close', () => {
      if (!incoming.complete) reject(new Refused('request.malformed', 'The body broke off.'))
    })
  })
}

/** Parses bytes as interoperable JSON that fits a schema. @throws Refused `request.malformed`, `request.invalid` (400) */
export function parseBody<B>(bytes: Uint8Array, schema: z.ZodType<B>): B {
  const parsed = parseStrict(bytes)
  if (!parsed.ok) throw malformed(parsed)
  return conform(schema, parsed.value)
}

/** The refusal of a body that is no JSON which everybody reads the same way. */
export const malformed = ({ pointer, message }: JsonFault): Refused =>
  new Refused('request.malformed', message, { errors: [{ pointer, message }] })

/** Fits a value to a schema, naming every place that does not. @throws Refused `request.invalid` (400) */
export function conform<B>(schema: z.ZodType<B>, value: unknown): B {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.slice(0, 20).flatMap(issue => pointersOf(issue))
  const [first] = errors
  throw new Refused('request.invalid', first ? `${first.pointer || 'The body'}: ${first.message}` : undefined, {
    errors,
  })
}

function pointersOf(issue: z.core.$ZodIssue): { pointer: string; message: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, 20)
      .map(key => ({ pointer: pointer([...issue.path, key]), message: 'This field is not known here' }))
  }
  return [{ pointer: pointer(issue.path), message: issue.message }]
}

/** RFC 6901. */
function pointer(path: readonly PropertyKey[]): string {
  return path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
