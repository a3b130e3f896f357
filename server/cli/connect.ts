import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import own from '@/lib/hook/claude-code-tools.json' with { type: 'json' }
import {
  hasHooks,
  hindrances,
  hookPath,
  isSettings,
  type Settings,
  textLike,
  withHooks,
  withoutHooks,
} from '@/lib/hook/settings'
import { isId } from '@/lib/kernel/id'
import { parseStrict } from '@/lib/kernel/json'
import * as toolAnswers from '@/lib/tool/answers'
import { type Asking, textOf } from './asking'
import { enter, isSignedIn } from './client'
import { Ended, exit } from './exit'
import { openSettings, type SettingsFile } from './settings-file'

const defaultWait = 240
const mostWait = 300

/** `connect claude-code`: every call of a tool is asked about first. */
export async function connect(asking: Asking): Promise<number> {
  const hooking = {
    server: asking.server,
    key: keyOf(asking),
    wait: waitOf(asking),
    ask: asking.options.ask === true,
    envelope: asking.options['no-envelope'] !== true,
    records: recordsOf(asking),
  }
  const file = settingsOf(asking)
  const { text, settings } = contentOf(file)
  const changed = textLike(text, withHooks(settings, hooking))
  file.change(Buffer.from(changed))
  const warnings = hindrances(settings)
  const taken = (await wantsTools(asking)) ? await takeTools(asking) : null
  if (asking.json) asking.tell({ file: file.path, url: hooking.server + hookPath, warnings, tools: taken })
  else {
    asking.out(`Claude Code asks ${hooking.server} before every call of a tool, from its next session on.`)
    asking.out(`  ${file.path}`)
  }
  if (taken && !asking.json) {
    const { added, changed } = taken
    asking.out(`${added.length} of its own tools are new in the catalogue, ${changed.length} are described anew.`)
    asking.out(`Somebody has to confirm what they are: ${asking.server}/tools`)
  } else if (!taken)
    asking.note('Its own tools can be put into the catalogue with what they are: connect claude-code --tools')
  for (const warning of warnings) asking.note(`But in that file ${warning}.`)
  if ('env' in hooking.key && !asking.env[hooking.key.env])
    asking.note(`${hooking.key.env} is not set here: where it is not, every call is refused. It holds the agent’s key.`)
  return warnings.length > 0 ? exit.no : exit.done
}

/** Said by `--tools`; else asked of who is signed in here and sits at the terminal. */
async function wantsTools(asking: Asking): Promise<boolean> {
  if (asking.options.tools === true) return true
  if (asking.json || !asking.ask || !isSignedIn(asking)) return false
  return /^y(es)?$/i.test((await asking.ask('Put Claude Code’s own tools into the catalogue? [y/N] ')).trim())
}

/** Its own tools with what they are, as suggestions: people confirm each. */
function takeTools(asking: Asking) {
  const body = { source: 'claude-code', suggested: true, tools: own.tools }
  return enter(asking).call(toolAnswers.imported, 'POST', '/tools/import', body)
}

/** `disconnect claude-code`: what was there is there again; where it was changed meanwhile, only our part goes. */
export function disconnect(asking: Asking): number {
  const file = settingsOf(asking)
  const restored = file.restore()
  let found = restored
  if (!restored && file.read() !== null) {
    const { text, settings } = contentOf(file)
    found = hasHooks(settings)
    if (found) file.leave(Buffer.from(textLike(text, withoutHooks(settings))))
  }
  if (asking.json) asking.tell({ file: file.path, disconnected: found, restored })
  else asking.out(found ? `Claude Code asks nobody any more.\n  ${file.path}` : `Nothing of ours is in ${file.path}`)
  return found ? exit.done : exit.no
}

function contentOf(file: SettingsFile): { text: string; settings: Settings } {
  const bytes = file.read() ?? Buffer.alloc(0)
  const text = bytes.toString('utf8')
  const plain = text.replace(/^\ufeff/, '')
  const read = plain.trim() === '' ? ({ ok: true, value: {} } as const) : parseStrict(plain)
  const settings = read.ok && isSettings(read.value) ? read.value : null
  if (!settings || !Buffer.from(text).equals(bytes))
    throw new Ended(exit.misused, `${file.path} is not a settings file that can be changed safely`)
  return { text, settings }
}

function settingsOf(asking: Asking): SettingsFile {
  if (asking.args[0] !== 'claude-code') throw new Ended(exit.misused, 'what can be connected is claude-code')
  const { env, keep } = asking
  const named = textOf(asking, 'file')
  const scope = textOf(asking, 'scope') ?? 'project'
  const user = env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude')
  const files: Readonly<Record<string, string>> = {
    user: join(user, 'settings.json'),
    project: resolve('.claude/settings.json'),
    local: resolve('.claude/settings.local.json'),
  }
  const path = named === undefined ? (Object.hasOwn(files, scope) ? files[scope] : undefined) : resolve(named)
  if (path === undefined) throw new Ended(exit.misused, '--scope is project, user or local')
  return openSettings(path, join(dirname(keep.file), 'claude-code.json'))
}

function keyOf(asking: Asking): { env: string } | { clear: string } {
  const clear = textOf(asking, 'key')
  const name = textOf(asking, 'key-env') ?? 'HOLDPOINT_KEY'
  if (clear !== undefined) {
    if (!/^hp_[\w-]+$/.test(clear)) throw new Ended(exit.misused, 'that is not the key of an agent')
    return { clear }
  }
  return { env: variable(name) }
}

/** Claude Code puts in only variables of such names. */
function variable(name: string): string {
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name))
    throw new Ended(exit.misused, `${name} is not the name of a variable that Claude Code puts in`)
  return name
}

function recordsOf(asking: Asking): { agent: string; env: string } | null {
  const agent = textOf(asking, 'records')
  if (agent === undefined) return null
  if (!isId('agt', agent)) throw new Ended(exit.misused, '--records takes the id of the agent (agt_…)')
  return { agent, env: variable(textOf(asking, 'recorder-env') ?? 'HOLDPOINT_RECORDER_KEY') }
}

function waitOf(asking: Asking): number {
  const text = textOf(asking, 'wait') ?? String(defaultWait)
  if (!/^\d{1,3}$/.test(text) || Number(text) > mostWait)
    throw new Ended(exit.misused, `--wait takes whole seconds from 0 to ${mostWait}`)
  return Number(text)
}
