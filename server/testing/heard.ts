import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import type { Reply, World } from './world'

type Given = Readonly<Record<string, string>>

/** A caller who checks every answer. `path` is written as in the document. */
export type Caller = (method: string, path: string, given?: Given, body?: unknown, headers?: Given) => Promise<Reply>

/** Callers whose every answer is checked against the document that is served. */
export async function hearing(w: World) {
  const base = w.servers[0]?.url ?? ''
  const document: unknown = await (await fetch(`${base}/api/openapi.json`)).json()
  const media = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }))
  const operation = z.object({
    operationId: z.string(),
    responses: z.record(z.string(), z.object({ content: media.optional(), headers: z.unknown().optional() })),
  })
  const described = z.object({
    paths: z.record(z.string(), z.record(z.string(), operation)),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  })
  const { paths, components } = described.parse(document)

  /** The published schemas let answers grow; here nothing may be there that they do not tell. */
  function strict(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map(strict)
    if (typeof schema !== 'object' || schema === null) return schema
    const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]))
    return 'properties' in inside && inside.type === 'object' && !('additionalProperties' in inside)
      ? { ...inside, additionalProperties: false }
      : inside
  }

  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)

  /** What is wrong with an answer, by the document that is served. */
  function faults(method: string, path: string, { status, headers, body }: Reply): string[] {
    const responses = paths[path]?.[method.toLowerCase()]?.responses
    const response = responses?.[String(status)] ?? (status < 300 ? responses?.['2XX'] : undefined)
    if (!response) return [`${status} ${body?.code ?? ''} is not described`]
    if (status === 204) return body === null ? [] : ['204 with a body']
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    const schema = response.content?.[type]?.schema
    if (!schema) return [`${type} is not described`]
    if (type !== 'application/json' && type !== 'application/problem+json') return []
    const checked = status < 300 ? strict(schema) : schema
    const valid = ajv.compile({ ...z.record(z.string(), z.unknown()).parse(checked), components })
    return valid(body)
      ? []
      : (valid.errors ?? []).map(one => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`)
  }

  const seen = new Map<string, Set<number>>()
  const wrong: string[] = []

  async function note(method: string, path: string, reply: Reply): Promise<Reply> {
    const key = `${method} ${path}`
    seen.set(key, (seen.get(key) ?? new Set()).add(reply.status))
    wrong.push(...faults(method, path, reply).map(fault => `${key} → ${reply.status}: ${fault}`))
    return reply
  }

  const fill = (path: string, given: Given) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => given[name] ?? '')

  async function as(person: SignedIn): Promise<Caller> {
    const call = await w.signedIn(person)
    return async (method, path, given = {}, body = undefined, headers = {}) =>
      note(
        method,
        `/api/console${path}`,
        await call(method, `/api/console${fill(path, given)}${given['?'] ?? ''}`, body, headers),
      )
  }

  const machine =
    (key: string): Caller =>
    async (method, path, given = {}, body = undefined, headers = {}) =>
      note(method, path, await w.gate(key, method, fill(path, given), body, { prefer: 'wait=0', ...headers }))

  const anybody: Caller = async (method, path, given = {}, body = undefined) => {
    const response = await fetch(base + fill(path, given), {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') && !path.endsWith('export')
    return note(method, path, {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : text,
    })
  }
  return { document, paths, seen, wrong, as, machine, anybody }
}
