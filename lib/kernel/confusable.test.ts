import { describe, expect, test } from 'vitest'
import { skeleton } from './confusable'

describe('U18 a name that can be mistaken for another has its skeleton', () => {
  test.each([
    'Payroll-Bot (verified)',
    'PAYROLL BOT',
    'payroll_bot',
    'P\u0430yroll B\u043et',
    'Payro11 Bot',
    'PayroII Bot',
    'Ｐａｙｒｏｌｌ Bot',
    'Payroll\u200b Bot',
    'Official Payroll.Bot',
    'Páyroll Bot',
    'Pαyroll Bot',
    'Payroll B0t',
  ])('%s', name => {
    expect(skeleton(name)).toBe(skeleton('Payroll Bot'))
  })

  test.each(['Payroll Bot 2', 'Payment Bot', 'Payroll', 'Бухгалтер', '財務'])('%s is a name of its own', name => {
    expect(skeleton(name)).not.toBe(skeleton('Payroll Bot'))
    expect(skeleton(name)).not.toBe('')
  })

  test('a name of nothing but claims keeps them', () => {
    expect(skeleton('Verified')).not.toBe('')
    expect(skeleton('Verified')).not.toBe(skeleton('Official'))
  })
})
