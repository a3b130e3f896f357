import type { z } from 'zod'
import { Refused } from '@/lib/kernel/problem'
import { conform } from './body'

/**
 * Reads a query string as an object. A parameter that comes twice is 400, because who reads the first and who reads the
 * last would disagree; without a schema any parameter is unknown. @throws Refused 400
 */
export function parseQuery<Q>(search: URLSearchParams, schema: z.ZodType<Q> | undefined): Q | undefined {
  const given: Record<string, string> = Object.create(null)
  for (const [name, value] of search) {
    if (Object.hasOwn(given, name)) throw wrong(name, 'This parameter comes twice')
    if (value.includes('\u0000')) throw wrong(name, 'U+0000 is not allowed')
    given[name] = value
  }
  if (schema) return conform(strict(schema), given)
  const [unknown] = Object.keys(given)
  if (unknown !== undefined) throw wrong(unknown, 'This parameter is not known here')
  return undefined
}

/** A query schema is strict whether or not it says so. */
function strict<Q>(schema: z.ZodType<Q>): z.ZodType<Q> {
  return 'strict' in schema && typeof schema.strict === 'function' ? schema.strict() : schema
}

function wrong(name: string, message: string): Refused {
  return new Refused('request.invalid', `${name}: ${message}.`, { errors: [{ pointer: `/${name}`, message }] })
}
