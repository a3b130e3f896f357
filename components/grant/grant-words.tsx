import { Revealed } from '@/components/action/hostile-text'
import { type LineInput, lineOf } from '@/lib/grant/contract'
import { constraintWords, lineWords } from '@/lib/grant/words'
import type { Environment } from '@/lib/kernel/scale'
import type { ToolChoice } from './grant-draft'

/** What was filled in, in the words that whoever agrees will read. */
export function GrantWords({
  lines,
  tools,
  registered,
}: {
  lines: readonly LineInput[]
  tools: ReadonlyMap<string, ToolChoice>
  registered: Environment
}) {
  return (
    <section aria-label="In words" className="rounded-md border bg-sunken px-4 py-3 text-sm">
      <p className="mb-0.5 text-ink-2 text-xs">In words</p>
      <ul className="flex flex-col gap-1.5">
        {lines.map(line => (
          <li key={JSON.stringify(line)} className="[overflow-wrap:anywhere]">
            <Revealed text={lineWords(lineOf(line, tools.get(line.tool) ?? null, registered))} />
            <span className="text-ink-2">
              {Object.entries(line.params ?? {}).map(([name, one]) => (
                <span key={name}>
                  ; <Revealed text={`${name} ${constraintWords(one)}`} />
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
