/** What a client may be told of beside answers: another list, or another content of one resource (by the client's name of it). */
export type Changed =
  | { readonly kind: 'tools' | 'prompts' | 'resources' }
  | { readonly kind: 'resource'; readonly uri: string }

/** The names of what a server offers, as its clients know them and as it does itself. */
export interface Naming {
  /** Before names of tools and prompts. */
  readonly prefix: string
  /** Before URIs. */
  readonly uri: string
}

/**
 * Two servers may both have `file:///notes`: each server's URIs begin with `mcp:` and its name (RFC 3986 §3: a scheme of letters,
 * then a path without root), so that templates (RFC 6570) stay templates. Without a prefix names and URIs stay as they are.
 */
export const namingOf = (server: string, prefix: string): Naming => ({
  prefix,
  uri: prefix === '' ? '' : `mcp:${server}:`,
})

/** What Holdpoint decides on beside tools, by the protocol's own words for it: each is a tool of the catalogue. */
export const verbs = [
  {
    verb: 'resources/read',
    description: 'Reads a resource of this server: text or data that then stands before the agent.',
    properties: { uri: { type: 'string', description: 'Which one, by the server’s own name' } },
    required: ['uri'],
  },
  {
    verb: 'prompts/get',
    description: 'Gets a prompt of this server: text that then stands before the agent as if a person had written it.',
    properties: { name: { type: 'string' }, arguments: { type: 'object' } },
    required: ['name'],
  },
  {
    verb: 'completion/complete',
    description: 'Asks this server how a text that is being typed may go on. What is typed goes to it.',
    properties: { ref: { type: 'object' }, argument: { type: 'object' }, context: { type: 'object' } },
    required: ['ref', 'argument'],
  },
] as const
export type Verb = (typeof verbs)[number]['verb']

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/**
 * Puts clients' names where a server's answer names its own resources: in what was read, in links, and in resources that stand
 * inside other content. The value is changed where it stands.
 */
export function nameOutward(result: object, { uri: prefix }: Naming): void {
  if (prefix === '') return
  const rename = (value: unknown) => {
    if (isObject(value) && typeof value.uri === 'string') Reflect.set(value, 'uri', prefix + value.uri)
  }
  const inside = (part: unknown) => {
    if (!isObject(part)) return
    if (part.type === 'resource') rename(part.resource)
    if (part.type === 'resource_link') rename(part)
  }
  const listed = (name: string): unknown[] => {
    const found: unknown = Reflect.get(result, name)
    return Array.isArray(found) ? found : []
  }
  for (const part of listed('content')) inside(part)
  for (const message of listed('messages')) if (isObject(message)) inside(message.content)
  for (const part of listed('contents')) rename(part)
}
