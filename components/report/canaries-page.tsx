'use client'
import { FlaskConical } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, Td, Th, Tr } from '@/components/ui/table'
import { CanaryDialog } from './canary-dialog'
import { useCanaries } from './reports'
import { ReportsFrame } from './reports-frame'

const words = { caught: 'Caught', missed: 'Approved', undecided: 'Nobody decided' } as const

/** Test requests: which were injected, and whether they were caught. For administrators. */
export function CanariesPage() {
  const canaries = useCanaries()
  const [open, setOpen] = useState(false)
  return (
    <ReportsFrame about="Requests that nobody should approve, put among the real ones to see whether they are caught. Nothing of them is ever carried out.">
      <Answer query={canaries}>
        {found => (
          <>
            <div>
              <Button look="primary" onClick={() => setOpen(true)}>
                <FlaskConical aria-hidden /> Inject one…
              </Button>
            </div>
            {found.items.length === 0 ? (
              <div className="rounded-lg border bg-surface">
                <EmptyState icon={FlaskConical} title="No test was injected">
                  Reviewers learn what it was once it has ended, and see it among their own figures.
                </EmptyState>
              </div>
            ) : (
              <Table label="Test requests">
                <thead>
                  <tr>
                    <Th>What was wrong</Th>
                    <Th>As</Th>
                    <Th>Injected</Th>
                    <Th>How it ended</Th>
                  </tr>
                </thead>
                <tbody>
                  {found.items.map(one => (
                    <Tr key={one.id}>
                      <Td className="min-w-56">
                        <Link href={`/approvals/${one.hold_id}`} className="font-medium hover:underline">
                          {one.wrong}
                        </Link>
                      </Td>
                      <Td>
                        <bdi>{one.agent.name}</bdi>
                        <p className="font-mono text-ink-3 text-xs">{one.tool}</p>
                      </Td>
                      <Td>
                        <RelativeTime at={one.injected_at} />
                        <p className="text-ink-3 text-xs">
                          <bdi>{one.injected_by.name}</bdi>
                        </p>
                      </Td>
                      <Td className="font-medium">{one.outcome ? words[one.outcome] : 'Still open'}</Td>
                    </Tr>
                  ))}
                </tbody>
              </Table>
            )}
            {open && <CanaryDialog list={found} onClose={() => setOpen(false)} />}
          </>
        )}
      </Answer>
    </ReportsFrame>
  )
}
