import { percentile } from './load'
import type { Played } from './replay-play'
import type { SuiteResult } from './replay-run'

const round = (value: number) => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : '–')

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function count<T>(items: readonly T[], key: (item: T) => string): [string, number][] {
  return [...Map.groupBy(items, key)].map(([name, group]): [string, number] => [name, group.length]).sort()
}

function latency(numbers: readonly (number | null)[]): string[] {
  const known = numbers.filter(one => one !== null && Number.isFinite(one)) as readonly number[]
  return [String(known.length), ...[0.5, 0.95, 0.99].map(part => round(percentile(known, part)))]
}

/** What the person sees of one suite, as Markdown. */
export function report({ title, sessions, played, faults }: SuiteResult): string {
  const perSession = [...Map.groupBy(played, one => one.session).values()].map(steps =>
    steps.reduce((sum, one) => sum + one.approvals, 0),
  )
  const approvals = perSession.reduce((sum, one) => sum + one, 0)
  const status = (one: Played) => one.action?.status ?? 'no answer'
  const reasons = played.flatMap(one => one.why)
  const parts = [
    `## ${title}`,
    table(
      ['what', 'count'],
      [
        ['sessions', sessions],
        ['actions', played.length],
        ...count(played, status).map(([name, n]) => [`— ${name}`, n]),
        ['approvals given', approvals],
        ['approvals per session, mean', round(approvals / Math.max(1, sessions))],
        ['approvals per session, most', Math.max(0, ...perSession)],
        ['lost', faults.lost],
        ['doubled', faults.doubled],
        ['unanswered', faults.unanswered],
      ],
    ),
    table(
      ['milliseconds', 'n', 'p50', 'p95', 'p99'],
      [
        ['submission → answer, not held', ...latency(played.map(one => one.answered))],
        ['last review → release', ...latency(played.map(one => one.released))],
      ],
    ),
  ]
  if (reasons.length > 0) {
    const rows = count(reasons, one => one).map(([why, n]) => [why, n])
    parts.push(table(['held by rule (one hold may have several)', 'holds'], rows))
  }
  const labelled = played.filter(one => one.step.label !== undefined)
  if (labelled.length > 0) parts.push(scores(labelled))
  return parts.join('\n\n')
}

/** The labels of the recording against what the gate did. Nothing before this line has read a label. */
function scores(labelled: readonly Played[]): string {
  const rows = [...Map.groupBy(labelled, one => one.step.label ?? '')].sort().map(([label, steps]) => {
    const held = steps.filter(one => one.why.length > 0)
    const denied = steps.filter(one => one.why.length === 0 && one.action?.decision?.verdict === 'deny')
    const refused = held.filter(one => one.action?.decision?.verdict === 'deny')
    return [
      label,
      steps.length,
      steps.length - held.length - denied.length,
      held.length,
      denied.length,
      held.length - refused.length,
    ]
  })
  return table(
    ['label (scoring only)', 'steps', 'allowed at once', 'held', 'denied at once', 'held, then allowed'],
    rows,
  )
}

/** What went wrong, in the words of the first few. */
export function problems(results: readonly SuiteResult[]): string[] {
  return results.flatMap(one =>
    one.played
      .filter(step => step.problem)
      .map(step => `${one.title} ${step.session} ${step.step.tool}: ${step.problem}`),
  )
}
