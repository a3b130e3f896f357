import { z } from 'zod'

/** Where Claude Code's hooks arrive. */
export const hookPath = '/api/v1/hooks/claude-code'

const group = z.looseObject({ hooks: z.array(z.unknown()).optional() })
const shape = z.looseObject({ hooks: z.record(z.string(), z.array(group)).optional() })
/** A settings file of Claude Code, as far as its hooks are concerned; everything else in it is passed through. */
export type Settings = z.infer<typeof shape>

/** Claude Code itself would not take another form either. What is such a value stays as it is, in its order. */
export const isSettings = (value: unknown): value is Settings => shape.safeParse(value).success

/** How the hook is to call. `key` is a header value in the clear, or the name of the variable that holds it. */
export interface Hooking {
  readonly server: string
  readonly key: { readonly env: string } | { readonly clear: string }
  /** Seconds that a call may wait for people. */
  readonly wait: number
  /** What is allowed is asked of whoever sits in front of it as well. */
  readonly ask: boolean
  /** Once a session people are asked for all that is like the first call that waits. */
  readonly envelope: boolean
  /** Who also keeps what tools answered: the agent that is meant, and the variable that holds the recorder's own key. */
  readonly records: { readonly agent: string; readonly env: string } | null
}

const slack = 30
const reportSeconds = 10

function entry({ server, key, wait, ask, envelope }: Hooking, before: boolean) {
  const said = before ? [ask ? 'allowed=ask' : '', envelope ? '' : 'envelope=off'].filter(Boolean).join('&') : ''
  const secret = 'env' in key ? `$${key.env}` : key.clear
  return {
    type: 'http',
    url: `${server}${hookPath}${said && `?${said}`}`,
    // What cannot be asked is not done. The client must not give up before the server says that it still waits.
    ...(before ? { timeout: wait + slack, onFailure: 'block' } : { timeout: reportSeconds }),
    headers: { Authorization: `Bearer ${secret}`, ...(before ? { Prefer: `wait=${wait}` } : {}) },
    ...('env' in key ? { allowedEnvVars: [key.env] } : {}),
    ...(before ? { statusMessage: 'Asking Holdpoint' } : {}),
  }
}

function recording({ server, records }: Hooking) {
  if (!records) return []
  const headers = { Authorization: `Bearer $${records.env}` }
  const url = `${server}${hookPath}?records=${records.agent}`
  return [{ type: 'http', url, timeout: reportSeconds, headers, allowedEnvVars: [records.env] }]
}

const events = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure'] as const
const prompts = 'UserPromptSubmit'

/** The settings with our hooks in them, behind those that are there; ours of before are replaced. */
export function withHooks(settings: Settings, hooking: Hooking): Settings {
  const before = withoutHooks(settings)
  const hooks = before.hooks ?? {}
  const ours = events.map(event => {
    const before = event === 'PreToolUse'
    const added = [entry(hooking, before), ...(before ? [] : recording(hooking))]
    return [event, [...(hooks[event] ?? []), { matcher: '*', hooks: added }]]
  })
  // Only an envelope quotes what was typed: where none is asked for, nobody is told of it.
  const told = hooking.envelope ? [[prompts, [...(hooks[prompts] ?? []), { hooks: [entry(hooking, false)] }]]] : []
  return { ...before, hooks: { ...hooks, ...Object.fromEntries([...ours, ...told]) } }
}

const isOurs = (one: unknown): boolean =>
  typeof one === 'object' &&
  one !== null &&
  'url' in one &&
  typeof one.url === 'string' &&
  URL.canParse(one.url) &&
  new URL(one.url).pathname === hookPath

export const hasHooks = (settings: Settings): boolean =>
  Object.values(settings.hooks ?? {}).some(groups => groups.some(one => one.hooks?.some(isOurs)))

/** The settings without our hooks, and without what is empty now that they are gone. Everything else stays in its place. */
export function withoutHooks(settings: Settings): Settings {
  if (!hasHooks(settings)) return settings
  const left = Object.entries(settings.hooks ?? {}).flatMap(([event, groups]) => {
    const kept = groups.flatMap(one => {
      if (!one.hooks?.some(isOurs)) return [one]
      const hooks = one.hooks.filter(hook => !isOurs(hook))
      return hooks.length > 0 ? [{ ...one, hooks }] : []
    })
    return kept.length > 0 || groups.length === 0 ? [[event, kept] as const] : []
  })
  const { hooks: _, ...rest } = settings
  if (left.length === 0) return rest
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, name === 'hooks' ? Object.fromEntries(left) : value]),
  )
}

/** What in the settings keeps hooks from being called, in sentences. */
export function hindrances(settings: Settings): string[] {
  return [
    ...(settings.disableAllHooks === true ? ['disableAllHooks is set: no hook is called at all'] : []),
    ...(settings.allowedHttpHookUrls === undefined ? [] : ['allowedHttpHookUrls must name the hook’s address']),
    ...(settings.httpHookAllowedEnvVars === undefined
      ? []
      : ['httpHookAllowedEnvVars must name the variable that holds the key']),
  ]
}

const mark = '\ufeff'

/** The text of changed settings, indented and ended as `before` is. */
export function textLike(before: string, settings: Settings): string {
  const indent = /\n([ \t]+)\S/.exec(before)?.[1] ?? '  '
  const text = JSON.stringify(settings, null, indent)
  const ended = before === '' || before.trimEnd() !== before ? `${text}\n` : text
  const lines = before.includes('\r\n') ? ended.replaceAll('\n', '\r\n') : ended
  return before.startsWith(mark) ? mark + lines : lines
}
