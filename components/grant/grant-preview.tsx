'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import { call, ProblemError } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type * as answers from '@/lib/grant/answers'

type Coverage = z.output<typeof answers.coverage>
const typingMs = 400

/** What is there once nobody has changed it for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** What a proposal would have covered lately; null while it cannot be read. `current`: it is about what stands there now. */
export function usePreview(body: object | null) {
  const now = body ? JSON.stringify(body) : ''
  const asked = useSettled(now)
  const found = useQuery({
    queryKey: keys.list('grant', { preview: asked }),
    queryFn: ({ signal }) =>
      call<Coverage>('/api/console/grants/preview', { method: 'POST', body: JSON.parse(asked), signal }),
    enabled: asked !== '',
    retry: false,
  })
  const current = now !== '' && asked === now && (found.isSuccess || found.isError)
  const problem = found.error instanceof ProblemError ? found.error.problem : null
  return { data: current ? found.data : undefined, current, failed: current && found.isError, problem }
}

const times = (count: number) => (count === 1 ? 'once' : `${count.toLocaleString('en')} times`)

/** What it would have spared, and what people rejected that it would have let through. */
export function GrantPreview({ preview, waits }: { preview: ReturnType<typeof usePreview>; waits: boolean }) {
  const { data, failed } = preview
  return (
    <section aria-label="The last 14 days" aria-live="polite" className="rounded-md border bg-sunken px-4 py-3 text-sm">
      <p className="mb-0.5 text-ink-2 text-xs">What it would have covered in the last 14 days</p>
      {waits && <p className="text-ink-2">Shown once everything is filled in.</p>}
      {!waits && !data && !failed && <p className="text-ink-2">Looking back…</p>}
      {failed && <p>This could not be looked up. Whoever agrees will see it.</p>}
      {data && <Counts data={data} />}
    </section>
  )
}

function Counts({ data }: { data: Coverage }) {
  const rejected = data.rejected.length
  if (data.asked === 0)
    return <p>Nothing: the agent asked for nothing of this class. Check what each parameter may be.</p>
  const covered = data.lines.reduce((sum, one) => sum + one, 0)
  return (
    <>
      <p>
        It was asked {times(data.asked)}. This would have covered <strong className="font-semibold">{covered}</strong>{' '}
        of them, and spared people <strong className="font-semibold">{data.held}</strong>{' '}
        {data.held === 1 ? 'approval' : 'approvals'}.
      </p>
      {rejected === 0 ? (
        <p>Nothing of it was rejected.</p>
      ) : (
        <p className="text-denied">
          People rejected {rejected} of them:{' '}
          {data.rejected.slice(0, 5).map((one, at) => (
            <span key={one.action_id}>
              {at > 0 && ', '}
              <Link href={`/actions/${one.action_id}`} target="_blank" className="underline underline-offset-2">
                {new Date(one.at).toLocaleDateString('en', { day: 'numeric', month: 'short' })}
              </Link>
            </span>
          ))}
          {rejected > 5 && ' and more'}.
        </p>
      )}
    </>
  )
}
