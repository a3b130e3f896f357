import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Client,
  type CreateMessageResult,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { atEnd } from './at-end'
import { emptyFolder } from './folder'

const script = fileURLToPath(new URL('./conforming-server.ts', import.meta.url))

/** A server that has everything, for `gateway.json`, and what it has been asked for. */
export function conforming(revision: '2026' | '2025') {
  const file = join(emptyFolder('conforming'), 'seen')
  return {
    stdio: { command: process.execPath, args: [script, '-', revision], env: { SEEN: file } },
    seen: () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []),
  }
}

/** What a client can be asked, and what it hears beside its answers. */
export interface Ears {
  readonly elicit?: (message: string) => ElicitResult | Promise<ElicitResult>
  readonly sample?: () => CreateMessageResult
  readonly roots?: () => { roots: { uri: string; name: string }[] }
  readonly heard?: (method: string, what: string) => void
}
const capabilitiesOf = ({ elicit, sample, roots }: Ears) => ({
  ...(elicit ? { elicitation: {} } : {}),
  ...(sample ? { sampling: {} } : {}),
  ...(roots ? { roots: {} } : {}),
})

async function modern(url: string, key: string, ears: Ears): Promise<Client> {
  const { elicit, sample, roots, heard } = ears
  const client = new Client(
    { name: 'test', version: '1' },
    {
      capabilities: capabilitiesOf(ears),
      versionNegotiation: { mode: { pin: '2026-07-28' } },
      ...(heard
        ? { listChanged: { prompts: { autoRefresh: false, debounceMs: 0, onChanged: () => heard('prompts', '') } } }
        : {}),
    },
  )
  if (elicit) client.setRequestHandler('elicitation/create', ({ params }) => elicit(params.message))
  if (sample) client.setRequestHandler('sampling/createMessage', sample)
  if (roots) client.setRequestHandler('roots/list', roots)
  if (heard) {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => heard('updated', params.uri))
    client.setNotificationHandler('notifications/message', ({ params }) => heard('log', String(params.data)))
  }
  const requestInit = { headers: { authorization: `Bearer ${key}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  atEnd(() => client.close())
  return client
}

async function old(url: string, key: string, ears: Ears): Promise<OldClient> {
  const { elicit, sample, roots, heard } = ears
  const client = new OldClient({ name: 'test', version: '1' }, { capabilities: capabilitiesOf(ears) })
  if (elicit)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await elicit(params.message)) }))
  if (sample) client.setRequestHandler(CreateMessageRequestSchema, () => ({ ...sample() }))
  if (roots) client.setRequestHandler(ListRootsRequestSchema, () => ({ ...roots() }))
  if (heard) {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => heard('updated', params.uri))
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => heard('log', String(params.data)))
    client.setNotificationHandler(PromptListChangedNotificationSchema, () => heard('prompts', ''))
  }
  const requestInit = { headers: { authorization: `Bearer ${key}` } }
  await client.connect(new OldTransport(new URL(url), { requestInit }))
  atEnd(() => client.close())
  return client
}

const both = { modern, old }
export type Generation = keyof typeof both

/** An unmodified client of either generation, as tests speak to it beside calling tools. */
export async function richClient(generation: Generation, url: string, key: string, ears: Ears = {}) {
  const client = await both[generation](url, key, ears)
  const texts = (value: unknown): string => JSON.stringify(value)
  return {
    resources: async () => (await client.listResources()).resources.map(one => one.uri),
    templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(one => one.uriTemplate),
    prompts: async () => (await client.listPrompts()).prompts.map(one => one.name),
    read: async (uri: string) => (await client.readResource({ uri })).contents,
    prompt: async (name: string, args: Record<string, string> = {}) =>
      texts((await client.getPrompt({ name, arguments: args })).messages),
    complete: async (name: string, value: string) => {
      const ref = { type: 'ref/prompt' as const, name }
      return (await client.complete({ ref, argument: { name: 'arg1', value } })).completion.values
    },
    call: async (name: string, args: Record<string, unknown> = {}) =>
      texts(await client.callTool({ name, arguments: args })),
    /** From now on it hears of this resource. */
    async watch(uri: string) {
      if (client instanceof Client) await client.listen({ resourceSubscriptions: [uri] })
      else await client.subscribeResource({ uri })
    },
    close: () => client.close(),
  }
}
