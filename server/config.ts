import { z } from 'zod'
import { readAllow } from './outgoing/address'

/** What the environment decides. Read once, at start; nothing else in the product reads the environment. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Folder of embedded data, keys and demo fixtures; as given, relative to the working directory. */
  readonly home: string
  /** Null: PostgreSQL is embedded in `home`. */
  readonly databaseUrl: string | null
  /** How long whoever has to be answered waits for the database: for a connection, a statement, a lock. */
  readonly databaseSeconds: number
  readonly demo: boolean
  /** Public base URL, without a trailing slash. */
  readonly url: string
  readonly smtp: { readonly url: string; readonly from: string } | null
  /** `stdout` or a file: every event also as one NDJSON line. */
  readonly events: string | null
  readonly oidc: OidcConfig | null
  /** Null: the key kept in `home`/keys is used (made at first start). */
  readonly sessionSecret: string | null
  /** Believe X-Forwarded-For of the nearest proxy. */
  readonly trustProxy: boolean
  readonly logLevel: LogLevel
  /** Host names, addresses and CIDR ranges besides the public internet that outgoing requests may reach. */
  readonly fetchAllow: readonly string[]
  /** Executables that people may have started as MCP servers, each exactly as it is named here. */
  readonly mcpCommands: readonly string[]
  /** Where Slack's Web API is, without a slash at its end. */
  readonly slackApi: string
}

export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type LogLevel = (typeof logLevels)[number]

/** The environment asks for something that Holdpoint refuses to start with. The message names the variable. */
export class ConfigError extends Error {}

const flag = z.enum(['0', '1'], 'must be 1 or 0').transform(value => value === '1')
const httpUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https URL' })
  .transform(value => value.replace(/\/+$/, ''))

const seconds = 'must be a whole number of seconds from 1 to 20'

const environment = z.object({
  PORT: z.coerce.number('must be a port from 1 to 65535').int().min(1).max(65_535).default(3_000),
  HOST: z.string().default('127.0.0.1'),
  HOLDPOINT_HOME: z.string().default('.holdpoint'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, message: 'must be a postgresql:// URL' }).optional(),
  HOLDPOINT_DATABASE_SECONDS: z.coerce.number(seconds).int(seconds).min(1, seconds).max(20, seconds).default(1),
  HOLDPOINT_DEMO: flag.optional(),
  HOLDPOINT_URL: httpUrl.optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, message: 'must be an smtp:// or smtps:// URL' }).optional(),
  SMTP_FROM: z.string().default('Holdpoint <holdpoint@localhost>'),
  HOLDPOINT_EVENTS: z.string().optional(),
  OIDC_ISSUER: httpUrl.optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().default('Single sign-on'),
  HOLDPOINT_TRUST_PROXY: flag.default(false),
  HOLDPOINT_FETCH_ALLOW: z.string().default(''),
  HOLDPOINT_MCP_COMMANDS: z.string().default(''),
  HOLDPOINT_SLACK_API: httpUrl.default('https://slack.com/api'),
  HOLDPOINT_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('warn'),
})

/**
 * Reads the configuration. An empty variable counts as absent, except for a secret, where it is a mistake (O07).
 * @throws ConfigError naming the variable.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}`)
  }
  const found = parsed.data
  const databaseUrl = found.DATABASE_URL ?? null
  return {
    port: found.PORT,
    host: found.HOST,
    home: found.HOLDPOINT_HOME,
    databaseUrl,
    databaseSeconds: found.HOLDPOINT_DATABASE_SECONDS,
    demo: found.HOLDPOINT_DEMO ?? databaseUrl === null,
    url: found.HOLDPOINT_URL ?? `http://localhost:${found.PORT}`,
    smtp: found.SMTP_URL ? { url: found.SMTP_URL, from: found.SMTP_FROM } : null,
    events: found.HOLDPOINT_EVENTS ?? null,
    oidc: readOidc(found, env),
    sessionSecret: readSecret(env.NEXTAUTH_SECRET),
    trustProxy: found.HOLDPOINT_TRUST_PROXY,
    logLevel: found.HOLDPOINT_LOG_LEVEL,
    fetchAllow: readFetchAllow(found.HOLDPOINT_FETCH_ALLOW),
    mcpCommands: entriesOf(found.HOLDPOINT_MCP_COMMANDS),
    slackApi: found.HOLDPOINT_SLACK_API,
  }
}

const entriesOf = (list: string): string[] =>
  list
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')

function readFetchAllow(list: string): string[] {
  const entries = entriesOf(list)
  try {
    readAllow(entries)
  } catch (error) {
    throw new ConfigError(`HOLDPOINT_FETCH_ALLOW: ${error instanceof Error ? error.message : 'cannot be read'}`)
  }
  return entries
}

function readOidc(
  found: z.infer<typeof environment>,
  env: Readonly<Record<string, string | undefined>>,
): OidcConfig | null {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET']
  const set = names.filter(name => env[name] !== undefined)
  if (set.length === 0) return null
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = found
  if (!issuer || !clientId || !clientSecret) {
    const missing = names.filter(name => !env[name])
    throw new ConfigError(`${missing.join(' and ')} must be set too, because ${set.join(' and ')} is`)
  }
  return { issuer, clientId, clientSecret, name: found.OIDC_NAME }
}

const weakWords = /change.?me|secret|password|default|example|insecure|holdpoint|placeholder|your.?key/i

function readSecret(secret: string | undefined): string | null {
  if (secret === undefined) return null
  const rule = 'NEXTAUTH_SECRET must be at least 32 random characters (openssl rand -base64 32), or not set at all'
  if (secret.length < 32) throw new ConfigError(rule)
  if (weakWords.test(secret) || new Set(secret).size < 12) throw new ConfigError(`${rule}; this one can be guessed`)
  return secret
}

/** next-auth reads where it stands from the environment. It is told by each request instead (server/http/auth), and by nothing else. */
export function prepareAuthEnvironment(): void {
  delete process.env.NEXTAUTH_URL
  process.env.AUTH_TRUST_HOST = '1'
}

/** What a command that stands for itself (the policy command line) reads of its environment. */
export const surroundings = (): NodeJS.ProcessEnv => process.env
