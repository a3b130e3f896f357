export type ShareTone = 'held' | 'allowed' | 'narrowed' | 'denied' | 'contained' | 'neutral'

/** The largest first, what is nothing left out, each with its part of the whole: `<1 %` is never rounded to nothing. */
export function shares<T extends { readonly count: number }>(
  parts: readonly T[],
): (T & { readonly percent: string })[] {
  const there = parts.filter(part => part.count > 0).sort((a, b) => b.count - a.count)
  const whole = there.reduce((sum, part) => sum + part.count, 0)
  return there.map(part => {
    const percent = (part.count / whole) * 100
    return {
      ...part,
      percent: percent < 1 ? '<1 %' : percent > 99 && percent < 100 ? '>99 %' : `${Math.round(percent)} %`,
    }
  })
}
