import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { Gaps } from './schedules'

/** Times without anybody, said loudly; or that there are none. */
export function GapsNote({ gaps, over }: { gaps: Gaps; over: string }) {
  if (gaps.words.length === 0)
    return (
      <p className="flex items-center gap-1.5 text-allowed text-sm">
        <CircleCheck className="size-4 shrink-0" aria-hidden /> Somebody is on call at every moment of {over}.
      </p>
    )
  return (
    <div className="flex gap-2 rounded-md border border-denied-line bg-denied-soft px-3 py-2 text-denied text-sm">
      <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      <div>
        <p className="font-medium">
          Nobody is on call for {gaps.hours} {gaps.hours === 1 ? 'hour' : 'hours'} of {over}
        </p>
        <ul>
          {gaps.words.map(words => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </div>
    </div>
  )
}
