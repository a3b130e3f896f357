import { channelNames } from '@/components/notice/notices'
import { weekdays } from '@/lib/access/calendar'
import type { LevelItem, PolicyItem } from './escalation'

/** `10 min`, `1 h 30 min`, `2 days`; `no time` for nothing. */
export function duration(seconds: number): string {
  const all = Math.round(seconds)
  const parts = [
    [Math.floor(all / 86_400), 'd'],
    [Math.floor((all % 86_400) / 3_600), 'h'],
    [Math.floor((all % 3_600) / 60), 'min'],
    [all % 60, 's'],
  ] as const
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return words.length === 0 ? 'no time' : words.slice(0, 2).join(' ')
}

/** When a level is reached, in words. */
export function afterWords({ after, working }: Pick<LevelItem, 'after' | 'working'>): string {
  if ('percent' in after) return `at ${after.percent} % of the time`
  if (after.seconds === 0) return 'at once'
  return `after ${duration(after.seconds)}${working ? ' of working hours' : ''}`
}

/** What else a level does, in words. */
export function mannerWords({ adds, urgent, channels, repeat }: LevelItem): string[] {
  return [
    ...(adds ? ['may decide it from then on'] : []),
    ...(channels.length > 0 ? [`by ${channels.map(one => channelNames[one]).join(' and ')} alone`] : []),
    ...(urgent ? ['in quiet hours too'] : []),
    ...(repeat ? [`again every ${duration(repeat.every_seconds)}, ${repeat.times} times`] : []),
  ]
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** `Mon to Fri 08:00 to 18:00, Sat 10:00 to 12:00 (Europe/Berlin)`: neighbours with the same hours together. */
export function weekWords({ time_zone, working_hours }: NonNullable<PolicyItem['calendar']>): string {
  const runs: { first: string; last: string; hours: string }[] = []
  let before = ''
  for (const day of weekdays) {
    const hours = working_hours[day]?.join(' to ') ?? ''
    const name = days[day - 1] ?? ''
    const run = runs.at(-1)
    if (hours !== '' && hours === before && run) run.last = name
    else if (hours !== '') runs.push({ first: name, last: name, hours })
    before = hours
  }
  const words = runs.map(one => `${one.first === one.last ? one.first : `${one.first} to ${one.last}`} ${one.hours}`)
  return `${words.join(', ') || 'none'} (${time_zone})`
}
