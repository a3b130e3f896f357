// A server of the protocol that has everything its conformance runner asks for, run by Node as it stands: over its pipe, or over
// HTTP where a port is given (0: a free one, printed). `2025` as second argument: it speaks the revision of 2025-11-25 alone.
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import {
  createMcpHandler,
  type GetPromptResult,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import { definitions, image, runTool } from './conforming-tools.ts'

const [port, revision] = process.argv.slice(2)
const resources = [
  { uri: 'test://static-text', name: 'static-text', description: 'A text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'static-binary', description: 'An image', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'watched', description: 'One that changes', mimeType: 'text/plain' },
]
const resourceTemplates = [
  { uriTemplate: 'test://template/{id}/data', name: 'template', description: 'By id', mimeType: 'application/json' },
]
const argument = (name: string) => ({ name, required: true })
const prompts = [
  { name: 'test_simple_prompt', description: 'A simple one' },
  { name: 'test_prompt_with_arguments', description: 'With two', arguments: [argument('arg1'), argument('arg2')] },
  { name: 'test_prompt_with_embedded_resource', description: 'With one', arguments: [argument('resourceUri')] },
  { name: 'test_prompt_with_image', description: 'With an image' },
  { name: 'test_input_required_result_prompt', description: 'One that asks' },
]

function contentOf(uri: string) {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1]
  if (id !== undefined)
    return {
      uri,
      mimeType: 'application/json',
      text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
    }
  if (uri === 'test://static-text')
    return { uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: image }
  if (uri === 'test://watched-resource') return { uri, mimeType: 'text/plain', text: 'Watched resource content' }
  throw new ResourceNotFoundError(uri)
}

const saying = (text: string): GetPromptResult['messages'][number] => ({
  role: 'user',
  content: { type: 'text', text },
})

function promptOf(name: string, args: Record<string, string>, ctx: ServerContext) {
  switch (name) {
    case 'test_simple_prompt':
      return { messages: [saying('This is a simple prompt for testing.')] }
    case 'test_prompt_with_arguments':
      return { messages: [saying(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)] }
    case 'test_prompt_with_embedded_resource': {
      const resource = {
        uri: args.resourceUri ?? '',
        mimeType: 'text/plain',
        text: 'Embedded resource content for testing.',
      }
      const content = { type: 'resource' as const, resource }
      return { messages: [{ role: 'user' as const, content }, saying('Please process the embedded resource above.')] }
    }
    case 'test_prompt_with_image': {
      const content = { type: 'image' as const, data: image, mimeType: 'image/png' }
      return { messages: [{ role: 'user' as const, content }, saying('Please analyze the image above.')] }
    }
    case 'test_input_required_result_prompt': {
      const view = inputResponse(ctx.mcpReq.inputResponses, 'user_context')
      if (view.kind === 'elicit') return { messages: [saying(`About ${JSON.stringify(view.content)}`)] }
      const requestedSchema = {
        type: 'object' as const,
        properties: { context: { type: 'string' as const } },
        required: ['context'],
      }
      const user_context = inputRequired.elicit({ message: 'What context should the prompt use?', requestedSchema })
      return inputRequired({ inputRequests: { user_context } })
    }
    default:
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${name}`)
  }
}

/** What it was asked for, where somebody wants to know. */
function seen(method: string, name: string): void {
  const file = process.env.SEEN
  if (file) appendFileSync(file, `${method} ${name}\n`)
}

function make(): Server {
  const changing = { listChanged: true }
  const server = new Server(
    { name: 'conforming', version: '1' },
    {
      capabilities: {
        tools: changing,
        resources: { ...changing, subscribe: true },
        prompts: changing,
        logging: {},
        completions: {},
      },
    },
  )
  server.setRequestHandler('tools/list', () => ({ tools: definitions() }))
  server.setRequestHandler('tools/call', ({ params }, ctx) => {
    seen('tools/call', params.name)
    return runTool(params.name, params.arguments ?? {}, ctx, server)
  })
  server.setRequestHandler('resources/list', () => ({ resources }))
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }))
  server.setRequestHandler('resources/read', ({ params }) => {
    seen('resources/read', params.uri)
    return { contents: [contentOf(params.uri)] }
  })
  server.setRequestHandler('resources/subscribe', () => ({}))
  server.setRequestHandler('resources/unsubscribe', () => ({}))
  server.setRequestHandler('prompts/list', () => ({ prompts }))
  server.setRequestHandler('prompts/get', ({ params }, ctx) => {
    seen('prompts/get', params.name)
    return promptOf(params.name, params.arguments ?? {}, ctx)
  })
  server.setRequestHandler('completion/complete', ({ params }) => {
    seen('completion/complete', params.argument.value)
    const values = ['paris', 'park', 'party'].filter(one => one.startsWith(params.argument.value))
    return { completion: { values, total: values.length, hasMore: false } }
  })
  return server
}

if (port === undefined || port === '-') {
  if (revision === '2025') await make().connect(new StdioServerTransport())
  else serveStdio(make)
} else {
  const handler = createMcpHandler(make)
  const serve = toNodeHandler(handler)
  const [hosts, origins] = [localhostHostValidation(), localhostOriginValidation()]
  const server = createServer((req, res) => void (hosts(req, res) && origins(req, res) && serve(req, res)))
  server.listen(Number(port), '127.0.0.1', () => {
    const address = server.address()
    process.stdout.write(`${typeof address === 'object' && address ? address.port : port}\n`)
  })
}
