'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { Dialog } from '@/components/ui/dialog'
import { LineDiff } from '@/components/ui/line-diff'
import { Select } from '@/components/ui/select'

function useSource(version: number) {
  return useQuery({
    queryKey: keys.part('policy', `v${version}`, 'source'),
    queryFn: ({ signal }) => call<{ source: string }>(`/api/console/policy/versions/${version}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Any two versions against each other, line by line. */
export function VersionDiff({
  numbers,
  first,
  second,
  onClose,
}: {
  numbers: readonly number[]
  first: number
  second: number
  onClose: () => void
}) {
  const [from, setFrom] = useState(first)
  const [to, setTo] = useState(second)
  const before = useSource(from)
  const after = useSource(to)
  const choices = numbers.map(one => ({ value: String(one), label: `Version ${one}` }))
  return (
    <Dialog open wide onOpenChange={open => (open ? undefined : onClose())} title="What differs">
      <div className="mb-3 flex flex-wrap items-center gap-2 text-sm">
        <Select label="From" value={String(from)} onChange={value => setFrom(Number(value))} choices={choices} />
        <span>to</span>
        <Select label="To" value={String(to)} onChange={value => setTo(Number(value))} choices={choices} />
      </div>
      <Answer query={before}>
        {old => (
          <Answer query={after}>
            {now =>
              old.source === now.source ? (
                <p className="text-ink-2 text-sm">They are the same text.</p>
              ) : (
                <div className="-mx-5">
                  <LineDiff before={old.source} after={now.source} show={line => line} />
                </div>
              )
            }
          </Answer>
        )}
      </Answer>
    </Dialog>
  )
}
