import type { LevelItem } from './escalation'

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
    ...(channels.length > 0 ? [`by ${channels.join(' and ')}`] : []),
    ...(urgent ? ['in quiet hours too'] : []),
    ...(repeat ? [`again every ${duration(repeat.every_seconds)}, ${repeat.times} times`] : []),
  ]
}
