import { reveal } from '@/lib/kernel/hostile-text'
import type { Operation } from '@/lib/kernel/scale'
import type { Classified, Meaning } from './tool'

const longest = 80

/** One line of text in which nothing acts: controls, bidi and invisible characters become tokens, white space one space. */
export function inert(text: string, max = longest): string {
  const shown = reveal(text.slice(0, max * 4))
    .map(part => (part.kind === 'text' ? part.text : part.kind === 'whitespace' ? ' ' : `⟨${part.text}⟩`))
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
  const characters = [...shown]
  const cut = characters.length > max ? characters.slice(0, max).join('') : shown
  const left = text.length - max * 4
  if (cut === shown && left <= 0) return shown
  return `${cut}… (${Math.max(left, 0) + characters.length - [...cut].length} more characters)`
}

/** A value as the sentence says it. What is more than one plain word is fenced in quotes that it cannot close (U09). */
function said(value: unknown, meaning: Meaning | undefined, fenced: boolean): string {
  if (value === undefined || value === null || value === '')
    return meaning === 'currency' ? '(no currency)' : '(not given)'
  if (meaning === 'secret') return '(a secret)'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = inert(typeof value === 'string' ? value : JSON.stringify(value)).replace(/[“”«»„‟"]/g, "'")
  return fenced || /^[\w.@:+/#,-]{1,80}$/.test(text) ? text : `“${text}”`
}

const own = (params: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(params, name) ? params[name] : undefined

function fill(
  template: string,
  params: Readonly<Record<string, unknown>>,
  meanings: Readonly<Record<string, Meaning>>,
): string {
  return template.replace(/\{([^{}]{1,200})\}/g, (_all: string, name: string, at: number) => {
    const before = template[at - 1]
    return said(own(params, name), meanings[name], before === '“' || before === '"' || before === "'")
  })
}

const plain: Readonly<Record<Operation, (what: string, tool: string) => string>> = {
  read: (what, tool) => `Read ${what} with ${tool}`,
  create: (what, tool) => `Create ${what} with ${tool}`,
  update: (what, tool) => `Change ${what} with ${tool}`,
  delete: (what, tool) => `Delete ${what} with ${tool}`,
  execute: (what, tool) => (what === 'something' ? `Run ${tool}` : `Run ${tool} on ${what}`),
  send: (what, tool) => `Send ${what} with ${tool}`,
  pay: (what, tool) => `Pay ${what} with ${tool}`,
  deploy: (what, tool) => `Deploy ${what} with ${tool}`,
  secret: (what, tool) => `Read the secret ${what} with ${tool}`,
  privilege: (what, tool) => `Change who may do what: ${what}, with ${tool}`,
  revoke: (what, tool) => `Revoke ${what} with ${tool}`,
  delegate: (what, tool) => `Hand ${what} over with ${tool}`,
}

/** What the sentence is about, in words: the resource, or what the parameters name. */
function subject(
  operation: Operation,
  resource: { readonly type?: string | null | undefined; readonly id?: string | null | undefined } | null,
  params: Readonly<Record<string, unknown>>,
  meanings: Readonly<Record<string, Meaning>>,
): string {
  const first = (meaning: Meaning) => {
    const name = Object.entries(meanings).find(([one, is]) => is === meaning && own(params, one) != null)?.[0]
    return name === undefined ? null : said(own(params, name), meaning, false)
  }
  const [amount, currency, recipient] = [first('amount'), first('currency'), first('recipient')]
  if (operation === 'pay' && amount)
    return `${amount}${currency ? ` ${currency}` : ''}${recipient ? ` to ${recipient}` : ''}`
  const thing = [
    resource?.type ? inert(resource.type).replace(/_/g, ' ') : null,
    resource?.id ? said(resource.id, undefined, false) : first('resource_id'),
  ]
  const named = thing.filter(part => part !== null).join(' ')
  if (operation === 'send' && recipient) return `${named || 'a message'} to ${recipient}`
  return named || 'something'
}

/**
 * The sentence that people decide on, written by the product: the template that a person gave the tool, or a plain one for
 * its operation. Never the agent's own prose: its values are bounded to 80 characters, inert and fenced (U01, U03, U09).
 */
export function renderSentence(
  tool: { readonly name: string; readonly classified: Classified | null },
  operation: Operation,
  resource: { readonly type?: string | null | undefined; readonly id?: string | null | undefined } | null,
  params: Readonly<Record<string, unknown>>,
): string {
  const meanings = tool.classified?.parameters ?? {}
  const template = tool.classified?.sentence
  if (template) return fill(template, params, meanings)
  return plain[operation](subject(operation, resource, params, meanings), `\`${inert(tool.name).replace(/`/g, "'")}\``)
}
