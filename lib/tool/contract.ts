import { z } from 'zod'
import { plainText } from '@/lib/agent/contract'
import { canonical } from '@/lib/kernel/canonical'
import { classifications, environments, operations } from '@/lib/kernel/scale'
import { meanings } from './tool'

/** A tool's name: compared byte for byte, never normalised; printable, without anything hidden. */
export const toolName = z.string().regex(/^\P{C}{1,200}$/u, 'must be 1 to 200 printable characters')

const parameterName = z.string().regex(/^[!-~]{1,200}$/, 'Visible ASCII, 1 to 200 characters')

/** What a person says that a tool is. */
export const classifiedBody = z.strictObject({
  operation: z.enum(operations),
  reversible: z.boolean(),
  external: z.boolean().default(false),
  asks_person: z.boolean().default(false),
  sensitivity: z.enum(classifications).nullable().default(null),
  parameters: z
    .record(parameterName, z.enum(meanings))
    .refine(all => Object.keys(all).length <= 200, 'At most 200 parameters')
    .default({}),
  sentence: plainText(200, 1).nullable().default(null),
})

export const createToolBody = z.strictObject({
  name: toolName,
  description: plainText(2_000).default(''),
  source: plainText(200).default(''),
  classification: classifiedBody.optional(),
})
export type CreateToolBody = z.output<typeof createToolBody>

export const toolPatch = z
  .strictObject({ classification: classifiedBody, description: plainText(2_000), source: plainText(200) })
  .partial()
  .refine(patch => Object.keys(patch).length > 0, 'Nothing to change')
export type ToolPatch = z.output<typeof toolPatch>

const annotations = z.looseObject({
  title: z.string().optional(),
  readOnlyHint: z.boolean().optional(),
  destructiveHint: z.boolean().optional(),
  idempotentHint: z.boolean().optional(),
  openWorldHint: z.boolean().optional(),
})
const schema = z.looseObject({})

/** One entry of MCP `tools/list`, or of a list of function definitions: fields that we do not know are read over. */
export const listedTool = z.looseObject({
  name: toolName,
  description: z.string().max(20_000).nullish(),
  inputSchema: schema.optional(),
  input_schema: schema.optional(),
  parameters: schema.optional(),
  annotations: annotations.optional(),
})
export type ListedTool = z.output<typeof listedTool>

const beside = ['title', 'annotations', 'outputSchema', 'icons', 'execution'] as const

/** What a definition says beside its description and the schema of its arguments, as canonical JSON; null: nothing. */
export function restOf(listed: ListedTool): string | null {
  const said = beside.filter(key => listed[key] !== undefined)
  return said.length === 0 ? null : canonical(Object.fromEntries(said.map(key => [key, listed[key]])))
}

/** `{type: 'function', function: {…}}`, as chat APIs wrap their definitions. */
const wrapped = z.looseObject({ type: z.literal('function'), function: listedTool })
const list = z
  .array(z.union([wrapped, listedTool]))
  .min(1)
  .max(500)

/** What a gateway tells of the tools that it stands in front of. */
export const reportBody = z.strictObject({ source: plainText(200, 1), tools: z.array(listedTool).min(1).max(500) })

/** Whether what definitions suggest of themselves (`_meta`) is shown as a suggestion: only of a file that is known to be honest. */
const suggested = z.boolean().default(false)

/** Either `tools`, or `document` as a source gave it: `{tools: […]}`, `{result: {tools: […]}}`, a list, or one definition. */
export const importBody = z.union([
  z.strictObject({ source: plainText(200).default(''), suggested, tools: list }),
  z.strictObject({
    source: plainText(200).default(''),
    suggested,
    format: z.enum(['mcp', 'json_schema']).optional(),
    document: z.union([
      list,
      z.looseObject({ tools: list }),
      z.looseObject({ result: z.looseObject({ tools: list }) }),
      wrapped,
      listedTool,
    ]),
  }),
])
export type ImportBody = z.output<typeof importBody>

const one = (entry: z.output<typeof list>[number]): ListedTool => {
  const inner = wrapped.safeParse(entry)
  return inner.success ? inner.data.function : listedTool.parse(entry)
}

/** The definitions of an import, whatever they came wrapped in. */
export function listedTools(body: ImportBody): ListedTool[] {
  if ('tools' in body) return body.tools.map(one)
  const many = [z.looseObject({ tools: list }), z.looseObject({ result: z.looseObject({ tools: list }) })] as const
  const direct = list.safeParse(body.document)
  if (direct.success) return direct.data.map(one)
  const plain = many[0].safeParse(body.document)
  if (plain.success) return plain.data.tools.map(one)
  const answer = many[1].safeParse(body.document)
  if (answer.success) return answer.data.result.tools.map(one)
  return [one(z.union([wrapped, listedTool]).parse(body.document))]
}

/** Patterns of resources that people write down: they may tighten what an agent says of a resource. */
const pattern = z.string().regex(/^[!-~]{1,200}$/, 'Visible ASCII, 1 to 200 characters; * stands for anything')
export const resourcePatternBody = z
  .strictObject({
    type_pattern: pattern.default('*'),
    id_pattern: pattern.default('*'),
    environment: z.enum(environments).nullable().default(null),
    tenant: z
      .string()
      .regex(/^[!-~]{1,100}$/, 'Visible ASCII, 1 to 100 characters')
      .nullable()
      .default(null),
    classification: z.enum(classifications).nullable().default(null),
  })
  .refine(
    one => one.environment !== null || one.tenant !== null || one.classification !== null,
    'Say an environment, a tenant or a classification',
  )
export type ResourcePatternBody = z.output<typeof resourcePatternBody>

/** Where a source is asked: `{type}` and `{id}` stand in path or query, never in what says which server it is. */
const sourceUrl = z.string().min(1).max(2_000)
export const resourceSourceBody = z.strictObject({
  name: plainText(100, 1),
  type_pattern: pattern.default('*'),
  id_pattern: pattern.default('*'),
  url: sourceUrl,
})
export type ResourceSourceBody = z.output<typeof resourceSourceBody>
