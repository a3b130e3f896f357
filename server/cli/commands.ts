import type { Asking } from './asking'
import { agents, tools } from './catalogue'
import { complete } from './completion'
import { connect, disconnect } from './connect'
import { approve, reject } from './decide'
import { doctor } from './doctor'
import { exit } from './exit'
import { holds, show, watch } from './holds'
import { login, logout, whoami } from './sign-in'
import { contain, lift } from './switches'

/** An option: whether it takes a text, and what it is for. */
interface Option {
  readonly text?: string
  readonly about: string
  readonly short?: string
}

/** One command, as `--help`, the completion and docs/cli.md tell of it. */
export interface Command {
  readonly shape: string
  readonly about: string
  readonly options: Readonly<Record<string, Option>>
  /** The codes of its own, besides those of every command. */
  readonly codes: Readonly<Record<number, string>>
  readonly most: number
  readonly run: (asking: Asking) => number | Promise<number>
}

/** What every command takes. */
export const common: Readonly<Record<string, Option>> = {
  server: {
    text: 'URL',
    about: 'which Holdpoint; else HOLDPOINT_URL, the last one signed in to, http://localhost:3000',
  },
  json: { about: 'answer with JSON, for machines' },
  help: { about: 'this text', short: 'h' },
}

const comment = { text: 'TEXT', about: 'what the agent reads' }
const note = { text: 'TEXT', about: 'what only people read' }
const mine = { about: 'only what I may decide' }
const settings = {
  scope: { text: 'WHICH', about: 'whose settings: project (as it is), local or user' },
  file: { text: 'PATH', about: 'another settings file' },
}
const reason = { text: 'TEXT', about: 'why; it stands in the log' }

export const commands: Readonly<Record<string, Command>> = {
  login: {
    shape: 'login',
    about: 'Shows a code, and waits until you have confirmed it in your browser.',
    options: {
      'read-only': { about: 'a token that may look and decide nothing' },
      days: { text: 'N', about: 'how long it lasts, 1 to 90 (30)' },
      name: { text: 'NAME', about: 'what this machine is called on the page (its host name)' },
      'no-browser': { about: 'only print the address' },
    },
    codes: { 1: 'denied, or not confirmed in time' },
    most: 0,
    run: login,
  },
  logout: {
    shape: 'logout',
    about: 'Ends the token, at the server and here.',
    options: {},
    codes: {},
    most: 0,
    run: logout,
  },
  whoami: {
    shape: 'whoami',
    about: 'Who is signed in, what the token may do, until when.',
    options: {},
    codes: {},
    most: 0,
    run: whoami,
  },
  holds: {
    shape: 'holds',
    about: 'Lists what waits for people.',
    options: {
      mine,
      status: { text: 'WHICH', about: 'open (as it is), closed or all' },
      watch: { about: 'go on, a line for each that opens or ends' },
    },
    codes: {},
    most: 0,
    run: holds,
  },
  show: {
    shape: 'show HOLD',
    about: 'Shows everything that its decision needs; what hides in a text is made visible.',
    options: {},
    codes: { 1: 'there is no such hold, or you may not see it' },
    most: 1,
    run: show,
  },
  approve: {
    shape: 'approve HOLD',
    about: 'Shows it, asks, and agrees to exactly what was shown.',
    options: {
      digest: { text: 'DIGEST', about: 'agree without being asked, if this is still what is shown' },
      comment,
      note,
    },
    codes: { 1: 'not approved: you may not, it has changed, or it is over', 5: 'it is approved in the browser' },
    most: 1,
    run: approve,
  },
  reject: {
    shape: 'reject HOLD --comment TEXT',
    about: 'Refuses it.',
    options: { comment, note, digest: { text: 'DIGEST', about: 'only if this is still what is shown' } },
    codes: { 1: 'not rejected: you may not, it has changed, or it is over' },
    most: 1,
    run: reject,
  },
  watch: {
    shape: 'watch',
    about: 'A line for each hold that opens and each that ends, until Ctrl-C.',
    options: { mine },
    codes: {},
    most: 0,
    run: watch,
  },
  agents: {
    shape: 'agents',
    about: 'Lists the agents, and what holds them back.',
    options: {},
    codes: {},
    most: 0,
    run: agents,
  },
  tools: {
    shape: 'tools import FILE',
    about: 'Takes an MCP tools/list, or function definitions, into the catalogue (- reads the input).',
    options: {
      source: { text: 'TEXT', about: 'the server that they are reached through, by its name' },
      prefix: { text: 'TEXT', about: 'what their names begin with where they are called (mcp__bank__)' },
      suggested: { about: 'what the file says that they are is suggested: for a file that you trust' },
    },
    codes: { 1: 'the server does not take it' },
    most: 2,
    run: tools,
  },
  contain: {
    shape: 'contain [TARGET [ID] --reason TEXT]',
    about:
      'Stops an agent, team, owner, session, instance, tool, environment, credential or the organisation; with no target,\nlists what is stopped.',
    options: { level: { text: 'LEVEL', about: 'watched, guarded, paused (as it is), quarantined or killed' }, reason },
    codes: { 1: 'refused', 5: 'quarantine and kill are done in the browser' },
    most: 2,
    run: contain,
  },
  lift: {
    shape: 'lift SWITCH --reason TEXT',
    about: 'Takes a switch back.',
    options: { reason },
    codes: { 1: 'refused', 5: 'quarantine and kill are lifted in the browser' },
    most: 1,
    run: lift,
  },
  doctor: {
    shape: 'doctor',
    about:
      'Explains what is wrong with a connection: address, TLS, clock; the agent whose key is HOLDPOINT_KEY; your sign-in.',
    options: {},
    codes: {
      1: 'the clock is off, or the agent is stopped, retired or without a scope',
      3: 'the key or token is not accepted',
    },
    most: 0,
    run: doctor,
  },
  connect: {
    shape: 'connect claude-code',
    about: 'Has Claude Code ask before every call of a tool: writes the hook into its settings.',
    options: {
      ...settings,
      wait: { text: 'N', about: 'seconds that a call may wait for people, 0 to 300 (240)' },
      ask: { about: 'what is allowed is asked of whoever sits in front of it as well' },
      tools: { about: 'also put its own tools into the catalogue, with what they are' },
      'no-envelope': { about: 'people are asked about each call, and never once for the rest of a session' },
      'key-env': { text: 'NAME', about: 'the variable that holds the agent’s key (HOLDPOINT_KEY)' },
      records: { text: 'AGENT', about: 'also keep what its tools answered, for this agent’s id' },
      'recorder-env': { text: 'NAME', about: 'the variable that holds the recorder’s key (HOLDPOINT_RECORDER_KEY)' },
      key: { text: 'KEY', about: 'write the key itself into the file, for whoever can read it' },
    },
    codes: { 1: 'written, but something else in the file keeps it from being asked' },
    most: 1,
    run: connect,
  },
  disconnect: {
    shape: 'disconnect claude-code',
    about: 'Restores what was there; where it was changed meanwhile, only our part goes.',
    options: settings,
    codes: { 1: 'nothing of ours was there' },
    most: 1,
    run: disconnect,
  },
  completion: {
    shape: 'completion bash|zsh|fish',
    about: 'Prints what your shell needs to complete these commands.',
    options: {},
    codes: {},
    most: 1,
    run: asking => complete(asking, commands, common),
  },
}

/** `holdpoint COMMAND --help`. */
export function helpOf(command: Command): string {
  const own = Object.entries({ ...command.options, ...common })
  const name = ([option, { text, short }]: (typeof own)[number]) =>
    `${short ? `-${short}, ` : ''}--${option}${text ? ` ${text}` : ''}`
  const wide = Math.max(...own.map(one => name(one).length))
  const options = own.map(one => `  ${name(one).padEnd(wide)}  ${one[1].about}`)
  const codes = Object.entries({
    [exit.done]: 'done',
    [exit.misused]: 'asked wrongly, nothing was sent',
    [exit.signedOut]: 'not signed in',
    [exit.away]: 'the server cannot be reached, or cannot decide now',
    ...command.codes,
  }).map(([code, about]) => `  ${code}  ${about}`)
  const parts = [[`Usage: holdpoint ${command.shape}`], [command.about], options, ['Exit codes', ...codes]]
  return parts.map(lines => lines.join('\n')).join('\n\n')
}
