import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import { afterQuiet, channels, isQuiet, plainPreference, preferenceBody, routesOf, topicOf } from './notice'

const runs = (count: number) => ({ numRuns: count * inject('scale'), seed: inject('seed') })

const night = { time_zone: 'Europe/Berlin', from: '22:00', until: '07:00', days: [] }
const time = (text: string) => new Date(text)

describe('quiet hours', () => {
  it.each([
    ['in the evening', night, '2026-01-05T21:00:00Z', '2026-01-06T06:00:00.000Z'],
    ['a minute before', night, '2026-01-05T20:59:00Z', '2026-01-05T20:59:00.000Z'],
    ['at their end', night, '2026-01-06T06:00:00Z', '2026-01-06T06:00:00.000Z'],
    ['before dawn', night, '2026-01-06T03:20:00Z', '2026-01-06T06:00:00.000Z'],
    ['in the night that is an hour short', night, '2026-03-29T00:30:00Z', '2026-03-29T05:00:00.000Z'],
    ['in the night that is an hour long', night, '2026-10-25T00:30:00Z', '2026-10-25T06:00:00.000Z'],
    ['by day', { ...night, from: '12:00', until: '13:15' }, '2026-01-05T11:30:00Z', '2026-01-05T12:15:00.000Z'],
    ['on a day of rest', { ...night, days: [7 as const] }, '2026-01-04T12:00:00Z', '2026-01-05T06:00:00.000Z'],
    [
      'in a zone of three quarters',
      { ...night, time_zone: 'Asia/Kathmandu' },
      '2026-01-05T20:00:00Z',
      '2026-01-06T01:15:00.000Z',
    ],
  ])('%s', (_, hours, at, until) => {
    expect(afterQuiet(hours, time(at)).toISOString()).toBe(until)
  })

  it('end: whatever they are, a message is due at a time that is not quiet, and never before it was made', () => {
    const hour = fc
      .integer({ min: 0, max: 95 })
      .map(q => q * 15)
      .map(m => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`)
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham')
    const days = fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, 6, 7), { maxLength: 6 })
    const at = fc.date({ min: time('2025-01-01'), max: time('2027-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(zone, hour, hour, days, at, (time_zone, from, until, free, moment) => {
        const hours = preferenceBody.shape.quiet.safeParse({ time_zone, from, until, days: free })
        if (!hours.success || !hours.data) return
        const due = afterQuiet(hours.data, moment)
        expect(due.getTime()).toBeGreaterThanOrEqual(moment.getTime())
        expect(isQuiet(hours.data, due)).toBe(false)
      }),
      runs(100),
    )
  })
})

describe('a message goes', () => {
  const at = time('2026-01-05T23:00:00Z')
  const only = (list: ('mail' | 'slack' | 'push')[]) => ({
    topics: { approval: list, reminder: list, escalation: list, news: list },
    quiet: night,
  })
  it.each([
    [
      'by everything until somebody says otherwise',
      { kind: 'hold.opened' },
      plainPreference,
      channels,
      ['mail', 'slack', 'push'],
    ],
    ['by what the person chose', { kind: 'hold.opened' }, only(['push']), channels, ['push']],
    ['nowhere where they chose nothing', { kind: 'hold.halfway' }, only([]), channels, []],
    [
      'by what the level says, whatever they chose',
      { kind: 'hold.escalated.1.0', channels: ['slack'] as const },
      only([]),
      channels,
      ['slack'],
    ],
    [
      'by what reaches them where the choice does not',
      { kind: 'hold.escalated.1.0', channels: ['slack'] as const },
      only(['push']),
      ['mail' as const],
      ['mail'],
    ],
    ['nowhere where nothing reaches them', { kind: 'hold.opened' }, plainPreference, [], []],
  ])('%s', (_, message, preference, reachable, expected) => {
    expect(routesOf(message, preference, reachable, at).map(one => one.channel)).toEqual(expected)
  })

  it('after quiet hours, unless it is urgent', () => {
    const due = (urgent: boolean) => routesOf({ kind: 'hold.opened', urgent }, only(['mail']), channels, at)[0]?.due_at
    expect(due(false)).toEqual(time('2026-01-06T06:00:00Z'))
    expect(due(true)).toEqual(at)
  })

  it('under the topic of its kind', () => {
    expect(
      ['hold.opened', 'hold.halfway', 'hold.reminded.90', 'hold.escalated.2.1', 'hold.unseen', 'x'].map(topicOf),
    ).toEqual(['approval', 'reminder', 'reminder', 'escalation', 'news', 'news'])
  })

  it('somewhere at least, where a person has to decide', () => {
    const said = { ...plainPreference, topics: { ...plainPreference.topics, approval: [] } }
    expect(preferenceBody.safeParse(said).success).toBe(false)
    expect(preferenceBody.safeParse({ ...plainPreference, quiet: { ...night, time_zone: 'Mars/Base' } }).success).toBe(
      false,
    )
    expect(preferenceBody.safeParse({ ...plainPreference, quiet: { ...night, until: '22:00' } }).success).toBe(false)
  })
})
