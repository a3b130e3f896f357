import { describe, expect, it } from 'vitest'
import { nameProblem, textProblem } from './name'

describe('a name', () => {
  it.each(['Payroll bot', 'billing-agent.v2', 'Müller & Söhne', 'agent (EU)', '財務エージェント', 'R2'])(
    'may be %j',
    name => expect(nameProblem(name)).toBeNull(),
  )
  it.each([
    '',
    'a'.repeat(81),
    'Payroll-Bot (verified)',
    'OFFICIAL bot',
    'Holdpoint',
    'bot ✓',
    'bot ✅',
    'a\u202eb',
    'a\u200bb',
    'a\nb',
    '<b>x</b>',
    ' x',
    'x ',
    'x  y',
    'Mu\u0308ller',
    'x\u3164y',
    '`x`',
    '"x"',
    '🤖',
  ])('U18 U01 U03 may not be %j', name => expect(nameProblem(name)).not.toBeNull())
})

describe('a text', () => {
  it.each(['', 'Pays the bills.\nEvery day.', '5 < 6 & "so on"'])('may be %j', text =>
    expect(textProblem(text, 100)).toBeNull(),
  )
  it.each(['a\u202eb', 'a\u0000b', 'a\u200bb', 'x'.repeat(101)])('may not be %j', text =>
    expect(textProblem(text, 100)).not.toBeNull(),
  )
})
