import { Revealed } from '@/components/action/hostile-text'
import { Badge } from '@/components/ui/badge'

export interface ShownLine {
  readonly sentence: string
  readonly params: readonly { readonly name: string; readonly words: string }[]
  readonly note?: string
}

/** Every line in words, the riskiest marked; what its agent wrote is shown as it is, inert. */
export function GrantLines({ lines, riskiest }: { lines: readonly ShownLine[]; riskiest: number }) {
  return (
    <ol className="divide-y">
      {lines.map((line, at) => (
        <li key={line.sentence + line.params.map(one => one.words).join()} className="flex flex-col gap-1.5 px-4 py-3">
          <p className="flex flex-wrap items-center gap-2 font-medium [overflow-wrap:anywhere]">
            <Revealed text={line.sentence} />
            {lines.length > 1 && at === riskiest && <Badge tone="held">Riskiest</Badge>}
          </p>
          <dl className="grid grid-cols-[minmax(76px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 text-sm">
            {line.params.map(param => (
              <div key={param.name} className="contents">
                <dt className="max-w-40 pt-px font-mono text-ink-3 text-xs [overflow-wrap:anywhere]">
                  <Revealed text={param.name} />
                </dt>
                <dd className="min-w-0 [overflow-wrap:anywhere]">
                  <Revealed text={param.words} />
                </dd>
              </div>
            ))}
          </dl>
          {line.params.length === 0 && <p className="text-ink-3 text-xs">Only without any parameter.</p>}
          {line.note && <p className="text-ink-2 text-xs">{line.note}</p>}
        </li>
      ))}
    </ol>
  )
}
