import { inertLine } from './inert'

/** Cells in columns, the last as wide as it is. What is in them is made inert. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows.map(row => row.map(inertLine))]
  const widths = head.map((_, at) => Math.max(...lines.map(line => width(line[at] ?? ''))))
  return lines
    .map(line =>
      line
        .map((cell, at) => (at === line.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - width(cell))))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const width = (text: string) => [...text].length

/** `3 min`, `2 h`, `4 d`: how long, for people; to the nearest whole one, or as `whole` makes it one. */
export function span(milliseconds: number, whole: (units: number) => number = Math.round): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1_000)
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5_400) return `${whole(seconds / 60)} min`
  if (seconds < 129_600) return `${whole(seconds / 3_600)} h`
  return `${whole(seconds / 86_400)} d`
}

/** The time that is left: never more than it is. */
export const timeLeft = (milliseconds: number): string => span(milliseconds, Math.floor)
