// What the protocol's conformance runner asks of a server's tools, by the names that it calls them by.
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  isSpecType,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server'
import { defaults, enums, schema2020 } from './conforming-schemas.ts'

export const image = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const sound = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='

type Said = CallToolResult | InputRequiredResult
type Run = (args: Record<string, unknown>, ctx: ServerContext, server: Server) => Said | Promise<Said>
interface Kept {
  readonly definition: Tool
  readonly run: Run
}

export const text = (line: string): CallToolResult => ({ content: [{ type: 'text', text: line }] })
const plain = { type: 'object' as const, properties: {} }
const asking = (name: string) => ({
  type: 'object' as const,
  properties: { [name]: { type: 'string' as const } },
  required: [name],
})
const pause = (ms: number) => new Promise(done => setTimeout(done, ms))
const tool = (name: string, run: Run, inputSchema: Tool['inputSchema'] = plain): Kept => ({
  definition: { name, description: `To show ${name.replaceAll('_', ' ')}`, inputSchema },
  run,
})

/** Asks one question, and says what was answered. Whoever cannot be asked is told so. */
function asked(name: string, message: string, requestedSchema: object, told: (answer: string) => string): Kept {
  return tool(
    name,
    (args, ctx) => {
      const view = inputResponse(ctx.mcpReq.inputResponses, 'answer')
      if (view.kind === 'elicit')
        return text(told(`action=${view.action}, content=${JSON.stringify(view.content ?? {})}`))
      const shown = typeof args.message === 'string' ? args.message : message
      const schema = { type: 'object' as const, properties: {}, ...requestedSchema }
      return inputRequired({
        inputRequests: { answer: inputRequired.elicit({ message: shown, requestedSchema: schema }) },
      })
    },
    asking('message').required.length > 0 && name === 'test_elicitation' ? asking('message') : plain,
  )
}

const elicit = (message: string, name: string) => inputRequired.elicit({ message, requestedSchema: asking(name) })
const sample = (prompt: string) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 100 })

/** Asks in rounds until each has its answer; a state that it did not give is refused. */
function rounds(
  name: string,
  steps: readonly Record<string, ReturnType<typeof elicit>>[],
  done: (ctx: ServerContext) => string,
) {
  return tool(name, (_, ctx) => {
    const state = ctx.mcpReq.requestState()
    const at = state === undefined ? 0 : steps.findIndex((_step, index) => state === `${name}:${index}`)
    if (at < 0) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This state was not given here')
    const answers = ctx.mcpReq.inputResponses ?? {}
    const given = Object.keys(steps[at] ?? {}).every(key => usable(answers, key))
    const next = given ? at + 1 : at
    const inputRequests = steps[next]
    return inputRequests === undefined
      ? text(done(ctx))
      : inputRequired({ inputRequests, requestState: `${name}:${next}` })
  })
}

/** An answer of the kind that was asked for; what was accepted has text in it, or says yes. */
function usable(answers: Record<string, unknown>, key: string): boolean {
  if (answers[key] === undefined) return false
  const content = acceptedContent(answers, key)
  return content === undefined || Object.values(content).every(value => typeof value === 'string' || value === true)
}

/** What this request's client says that it can. */
function canOf({ mcpReq: { envelope } }: ServerContext, server: Server) {
  const said: unknown = envelope ? Reflect.get(envelope, CLIENT_CAPABILITIES_META_KEY) : server.getClientCapabilities()
  return isSpecType.ClientCapabilities(said) ? said : undefined
}

const logs = async (ctx: ServerContext, lines: readonly string[]) => {
  for (const data of lines) {
    await ctx.mcpReq.log('info', data)
    await pause(20)
  }
}

const tools: readonly Kept[] = [
  tool('test_simple_text', () => text('This is a simple text response for testing.')),
  tool('test_image_content', () => ({ content: [{ type: 'image', data: image, mimeType: 'image/png' }] })),
  tool('test_audio_content', () => ({ content: [{ type: 'audio', data: sound, mimeType: 'audio/wav' }] })),
  tool('test_embedded_resource', () => ({
    content: [
      { type: 'resource', resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'Embedded.' } },
    ],
  })),
  tool('test_multiple_content_types', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: image, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: { uri: 'test://mixed', mimeType: 'application/json', text: '{"test":"data","value":123}' },
      },
      { type: 'resource_link', uri: 'test://static-text', name: 'static-text' },
    ],
  })),
  tool('test_tool_with_logging', async (_, ctx) => {
    await logs(ctx, ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
    return text('It was logged.')
  }),
  tool('test_logging_tool', async (_, ctx) => {
    await logs(ctx, ['one line'])
    return text('It was logged.')
  }),
  tool('test_tool_with_progress', async (_, ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } })
      if (progress < 100) await pause(20)
    }
    return text('It went on.')
  }),
  tool('test_error_handling', () => ({
    ...text('This tool intentionally returns an error for testing'),
    isError: true,
  })),
  tool('test_reconnection', async () => {
    await pause(20)
    return text('It was there all the time.')
  }),
  tool(
    'test_sampling',
    ({ prompt }, ctx) => {
      const view = inputResponse(ctx.mcpReq.inputResponses, 'answer')
      if (view.kind === 'sampling') return text(`LLM response: ${JSON.stringify(view.result.content)}`)
      return inputRequired({ inputRequests: { answer: sample(String(prompt)) } })
    },
    asking('prompt'),
  ),
  asked('test_elicitation', 'Who are you?', asking('response'), answer => `User response: ${answer}`),
  asked('test_streaming_elicitation', 'Who are you?', asking('response'), answer => `User response: ${answer}`),
  asked('test_elicitation_sep1034_defaults', 'Look these over', defaults, answer => `Elicitation completed: ${answer}`),
  asked('test_elicitation_sep1330_enums', 'Choose', enums, answer => `Elicitation completed: ${answer}`),
  tool('json_schema_2020_12_tool', () => text('It was called.'), schema2020),
  tool('test_custom_header', ({ region }) => text(`in ${region}`), {
    type: 'object',
    properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
    required: ['region'],
  }),
  tool('test_missing_capability', (_, ctx, server) => {
    if (canOf(ctx, server)?.sampling) return text('It can.')
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } })
  }),
  tool('test_trigger_tool_change', async (_, _ctx, server) => {
    changes++
    await server.sendToolListChanged()
    return text('It is another list.')
  }),
  tool('test_trigger_prompt_change', async (_, _ctx, server) => {
    await server.sendPromptListChanged()
    return text('It is another list.')
  }),
  tool('test_trigger_resource_update', async (_, _ctx, server) => {
    await server.sendResourceUpdated({ uri: 'test://watched-resource' })
    return text('It is another.')
  }),
  rounds('test_input_required_result_elicitation', [{ user_name: elicit('What is your name?', 'name') }], ctx => {
    return `Hello, ${acceptedContent(ctx.mcpReq.inputResponses, 'user_name')?.name ?? 'nobody'}!`
  }),
  rounds(
    'test_input_required_result_sampling',
    [{ capital_question: sample('What is the capital of France?') }],
    () => 'Paris',
  ),
  rounds('test_input_required_result_list_roots', [{ client_roots: inputRequired.listRoots() }], ctx =>
    JSON.stringify(ctx.mcpReq.inputResponses),
  ),
  rounds('test_input_required_result_request_state', [{ confirm: yes() }], () => 'state-ok'),
  rounds('test_input_required_result_tampered_state', [{ confirm: yes() }], () => 'state-ok'),
  rounds(
    'test_input_required_result_multiple_inputs',
    [
      {
        user_name: elicit('What is your name?', 'name'),
        greeting: sample('Generate a greeting'),
        client_roots: inputRequired.listRoots(),
      },
    ],
    () => 'all answered',
  ),
  rounds(
    'test_input_required_result_multi_round',
    [
      { step1: elicit('Step 1: What is your name?', 'name') },
      { step2: elicit('Step 2: What is your favorite color?', 'color') },
    ],
    () => 'both answered',
  ),
  tool('test_input_required_result_capabilities', (_, ctx, server) => {
    if (ctx.mcpReq.inputResponses) return text('answered')
    const can = canOf(ctx, server)
    const inputRequests = {
      ...(can?.elicitation ? { user_name: elicit('What is your name?', 'name') } : {}),
      ...(can?.sampling ? { greeting: sample('Generate a greeting') } : {}),
    }
    return Object.keys(inputRequests).length > 0 ? inputRequired({ inputRequests }) : text('nobody can be asked')
  }),
]

function yes() {
  const properties = { ok: { type: 'boolean' as const } }
  return inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: { type: 'object', properties, required: ['ok'] },
  })
}

let changes = 0

/** What it offers now: each change adds or removes a tool. */
export const definitions = (): Tool[] => [
  ...tools.map(one => one.definition),
  ...(changes % 2 === 1 ? [{ name: 'test_one_more', description: 'One more', inputSchema: plain }] : []),
]

/** @throws ProtocolError for a tool that is not there */
export function runTool(
  name: string,
  args: Record<string, unknown>,
  ctx: ServerContext,
  server: Server,
): Said | Promise<Said> {
  const found = tools.find(one => one.definition.name === name)
  if (!found) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`)
  return found.run(args, ctx, server)
}
