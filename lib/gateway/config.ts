import { z } from 'zod'
import { classifications } from '@/lib/kernel/scale'

/** What a server may ask back for: a person's word, a model's, which folders are open. */
const askables = ['elicitation', 'sampling', 'roots'] as const

const shared = {
  /** What its tools' names begin with; absent: its name and two underscores. Empty leaves the names as they are. */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{0,60}$/, 'letters, digits, _, . and -')
    .optional(),
  /** How long one call of it may take. */
  timeout_seconds: z.number().int().min(1).max(3_600).default(60),
  /** What it may ask of the clients whose calls it runs; absent: all that they can be asked. */
  asks: z.array(z.enum(askables)).optional(),
  /** What its results count as where they are looked through; absent: not said. */
  classification: z.enum(classifications).optional(),
}
const command = z.strictObject({
  ...shared,
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  /** Its environment, beside the few variables that every program needs: nothing else of the gateway's own. */
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
})
const address = z.strictObject({
  ...shared,
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'the name of a header'), z.string()).default({}),
})
const key = z.string().regex(/^[!-~]+$/, 'visible ASCII')

/** `gateway.json`. Every text may name variables of the environment as `${NAME}`: secrets need not stand in the file. */
export const gatewayConfig = z.strictObject({
  $schema: z.string().optional(),
  /** Where Holdpoint is. */
  holdpoint: z.url({ protocol: /^https?$/ }).default('http://localhost:3000'),
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(3300),
      /** Names by which clients call it, beside those of this machine itself: no others are answered. */
      names: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  /** The agent's key where the client is a program on the other end of a pipe. Over HTTP each client shows its own. */
  key: key.optional(),
  /** The gateway's own key, of an identity that is no AI agent: with it, it records results and uses up permits itself. */
  gateway_key: key.optional(),
  /** How long one call waits for people before it answers that it is pending. Clients give up at 60. */
  wait_seconds: z.number().int().min(0).max(3_600).default(50),
  servers: z
    .record(
      z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'a letter, then letters, digits, _ and -'),
      z.union([command, address]),
    )
    .refine(all => Object.keys(all).length > 0, 'name at least one server'),
})
export type GatewayConfig = z.output<typeof gatewayConfig>
export type ServerConfig = GatewayConfig['servers'][string]

/**
 * Puts the environment's values where a text says `${NAME}`, at any depth.
 * @throws Error naming the variable that is not set, never a value
 */
export function filledIn(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name]
      if (found === undefined) throw new Error(`the variable ${name} is not set`)
      return found
    })
  if (Array.isArray(value)) return value.map(one => filledIn(one, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filledIn(one, env)]))
}

/** Reads the file's text. @throws Error saying where it is wrong; values are never quoted, since some are secrets */
export function readGatewayConfig(text: string, env: Readonly<Record<string, string | undefined>>): GatewayConfig {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new Error('it is no JSON')
  }
  const read = gatewayConfig.safeParse(filledIn(raw, env))
  if (read.success) return read.data
  const issues = read.error.issues.map(({ path, message, code }) => {
    const where = path.join('.') || 'the file'
    return code === 'invalid_union'
      ? `${where}: either a command, or a url, each with its own fields`
      : `${where}: ${message}`
  })
  throw new Error(issues.join('; '))
}
