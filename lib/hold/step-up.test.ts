import { describe, expect, it } from 'vitest'
import { hasHidden, type StepUpMatter, stepUpFor } from './step-up'

const plain: StepUpMatter = {
  kind: 'action',
  title: 'Write a note',
  risk: { level: 'medium' },
  owner: { id: 'usr_owner' },
  action: { tool: 'notes.write', reversible: true, params: { text: 'Grüße, 你好' }, resource: null },
  asker: { backup: { id: 'usr_backup' } },
}
const action = plain.action
if (!action) throw new Error('an action')

describe('where something may be approved', () => {
  it('a personal token is enough for what is plain, can be undone and is of no high risk', () => {
    expect(stepUpFor(plain, 'usr_other')).toBe(null)
    expect(stepUpFor({ ...plain, risk: { level: 'low' } }, 'usr_other')).toBe(null)
  })

  it.each<[string, Partial<StepUpMatter>, string?]>([
    ['a change of the rules', { kind: 'change', action: null }],
    ['high risk', { risk: { level: 'high' } }],
    ['critical risk', { risk: { level: 'critical' } }],
    ['what cannot be undone', { action: { ...action, reversible: false } }],
    ['A05 one’s own agent', {}, 'usr_owner'],
    ['A05 an agent that one stands in for', {}, 'usr_backup'],
    ['U04 a direction override in an argument', { action: { ...action, params: { to: ['a\u202eb'] } } }],
    ['U03 an escape in the name of an argument', { action: { ...action, params: { 'a\u001b[2J': 1 } } }],
    ['U05 a zero-width character in the resource', { action: { ...action, resource: { id: 'x\u200by' } } }],
    ['U06 a look-alike letter in the tool', { action: { ...action, tool: 'p\u0430y' } }],
    ['U04 a hidden character in the title', { title: 'Pay\u2066' }],
  ])('%s needs the browser', (_, change, person = 'usr_other') => {
    expect(stepUpFor({ ...plain, ...change }, person)).toMatch(/browser/)
  })

  it('what is only another script, or long white space, is not hidden', () => {
    expect(hasHidden({ a: ['Привет мир', 'a\n\n\n\n\n\nb', 3, null, true] })).toBe(false)
  })
})
