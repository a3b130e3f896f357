import { TriangleAlert } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { LineDiff } from '@/components/ui/line-diff'
import type { Described, ToolItem } from './tools'

type Drift = NonNullable<ToolItem['drift']>

/** A definition as lines: what a model reads first, then what it may be given, then what else is said of it. */
const linesOf = ({ description, schema, rest }: Described) => {
  const beside = JSON.stringify(rest ?? {}, null, 2)
  return `${description}\n\n${JSON.stringify(schema, null, 2)}\n${beside === '{}' ? '' : `\n${beside}\n`}`
}

/** What has changed in how its source describes a tool, line by line; as long as it is. */
export function DriftDiff({ drift }: { drift: Drift }) {
  const [before, after] = [linesOf(drift.before), linesOf(drift.after)]
  if (before === after)
    return (
      <p className="px-4 py-2 text-held text-sm">
        The same is said of it, word for word: by another source than before, or by one that had said otherwise
        meanwhile.
      </p>
    )
  return <LineDiff before={before} after={after} show={line => <Revealed text={line} />} />
}

/** A tool that is described otherwise than when it was classified: what has changed, beside its form. */
export function DriftNote({ drift }: { drift: Drift }) {
  return (
    <div className="mb-4 overflow-hidden rounded-md border border-line">
      <p className="flex items-start gap-2 bg-held-soft px-3 py-2 text-held text-sm">
        <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span>
          It is described otherwise than when it was classified. Its calls wait until somebody has said again what it
          is.
        </span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="max-h-[40vh] overflow-y-auto py-2" tabIndex={0} aria-label="What has changed">
        <DriftDiff drift={drift} />
      </section>
    </div>
  )
}
