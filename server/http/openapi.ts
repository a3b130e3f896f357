import { z } from 'zod'
import { problems } from '@/lib/kernel/problem'
import { type AnyDoor, letsToken } from './door'
import { problemCodesOf } from './problem-codes'

type Json = Record<string, unknown>

const security: Record<string, Json[]> = { open: [], agent: [{ agent_key: [] }], key: [{ agent_key: [] }] }

/** The OpenAPI 3.1 document of a table of doors; zod's schemas are its source. */
export function openApi(doors: readonly AnyDoor[], url: string): Json {
  const paths: Record<string, Json> = {}
  for (const door of doors) {
    paths[door.path] = { ...paths[door.path], [door.method.toLowerCase()]: operation(door) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdpoint',
      version: '1',
      description: 'Runtime oversight for AI agents: hold an action until people have decided.',
    },
    servers: [{ url }],
    tags: [{ name: 'Agents' }, { name: 'People' }, { name: 'Operations' }],
    paths,
    components: {
      securitySchemes: {
        agent_key: { type: 'http', scheme: 'bearer', description: 'A key of an agent (hp_…).' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'next-auth.session-token',
          description: 'A person who signed in; changes also need an Origin of our own.',
        },
        personal_token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token of a person (hpu_…, from holdpoint login): never fresh; one that is read-only changes nothing.',
        },
      },
      schemas: { Problem: problemSchema },
    },
  }
}

function operation(door: AnyDoor): Json {
  const parameters = [
    ...parametersOf(door.params ?? pathSchema(door.path), 'path'),
    ...parametersOf(door.query, 'query'),
  ]
  return {
    operationId: `${door.method.toLowerCase()}${door.path.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, ''),
    summary: door.summary,
    tags: [
      /^[/](api|access)[/]v1[/]/.test(door.path)
        ? 'Agents'
        : door.path.startsWith('/api/console')
          ? 'People'
          : 'Operations',
    ],
    security: security[door.who] ?? [{ session: [] }, ...(letsToken(door) ? [{ personal_token: [] }] : [])],
    ...(security[door.who] || door.who === 'signed_in' ? {} : { 'x-permission': door.who }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(door.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(door.body, 'input') } } } }
      : {}),
    ...(door.form
      ? {
          requestBody: {
            required: true,
            content: { 'application/x-www-form-urlencoded': { schema: { type: 'object' } } },
          },
        }
      : {}),
    responses: { ...answered(door), ...refused(door) },
  }
}

function answered(door: AnyDoor): Json {
  if (door.answer)
    return {
      '2XX': { description: 'Done', content: { 'application/json': { schema: schemaOf(door.answer, 'output') } } },
    }
  if (door.media) return { '200': { description: 'Done', content: { [door.media]: { schema: { type: 'string' } } } } }
  return { '204': { description: 'Done; there is nothing to say' } }
}

/** One response a status, with the codes that this door may give it; 429 and 503 say when to come back. */
function refused(door: AnyDoor): Json {
  const byStatus = Map.groupBy(problemCodesOf(door), code => problems[code][0])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.map(code => problems[code][1]).join('; '),
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': retryAfter, ...(status === 429 ? { RateLimit: rateLimit } : {}) } }
          : {}),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [{ $ref: '#/components/schemas/Problem' }],
              type: 'object',
              properties: { code: { enum: codes } },
            },
          },
        },
      },
    ]),
  )
}

const retryAfter: Json = {
  description: 'Whole seconds to wait before asking again',
  required: true,
  schema: { type: 'integer', minimum: 1 },
}

const rateLimit: Json = {
  description: 'The quota that is used up: its name, r=0, and t, the seconds until there is more of it',
  required: true,
  schema: { type: 'string' },
}

function pathSchema(path: string): z.ZodType | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].flatMap(found => found[1] ?? [])
  return names.length === 0 ? undefined : z.object(Object.fromEntries(names.map(name => [name, z.string()])))
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input')
  if (typeof properties !== 'object' || properties === null) return []
  const demanded: readonly unknown[] = Array.isArray(required) ? required : []
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: where,
    required: where === 'path' || demanded.includes(name),
    schema: one,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: wire(io) })
  return rest
}

/** Times travel as RFC 3339 text, whatever they are in memory. Answers may grow: whoever reads one ignores what it does not know. */
const wire =
  (io: 'input' | 'output'): NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] =>
  ({ zodSchema, jsonSchema }) => {
    if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
  }

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problems) },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          message: { type: 'string' },
          line: { type: 'integer' },
          column: { type: 'integer' },
        },
      },
    },
  },
}
