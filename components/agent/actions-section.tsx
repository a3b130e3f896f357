'use client'
import { Activity } from 'lucide-react'
import Link from 'next/link'
import { List } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { Obligations } from '@/components/hold/obligations'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import { Table, Td, Th, Tr } from '@/components/ui/table'
import { useAgentActions } from './agents'
import { EraseMenu } from './erase-menu'

/** What it asked for, newest first, with what became of it. */
export function ActionsSection({ agentId }: { agentId: string }) {
  const actions = useAgentActions(agentId)
  const mayErase = useMay('content.erase')
  return (
    <Section title="What it has asked for" plain>
      <List
        list={actions}
        empty={
          <EmptyState icon={Activity} title="It has not called yet">
            Its first call shows up here at once.
          </EmptyState>
        }
      >
        {items => (
          <Table label="Actions">
            <thead>
              <tr>
                <Th>Tool</Th>
                <Th>Decision</Th>
                <Th className="max-md:hidden">Why</Th>
                <Th className="max-lg:hidden">Session</Th>
                <Th className="text-right">When</Th>
                {mayErase && (
                  <Th>
                    <span className="sr-only">Erase</span>
                  </Th>
                )}
              </tr>
            </thead>
            <tbody>
              {items.map(action => (
                <Tr key={action.id}>
                  <Td>
                    {action.hold_id ? (
                      <Link href={`/approvals/${action.hold_id}`} className="font-mono text-xs hover:underline">
                        {action.tool}
                      </Link>
                    ) : (
                      <code className="font-mono text-xs">{action.tool}</code>
                    )}
                    <span className="ml-2 text-ink-3 text-xs max-sm:ml-0 max-sm:block">{action.operation}</span>
                  </Td>
                  <Td>
                    <span className="flex flex-wrap gap-1">
                      <StateBadge state={action.status} />
                      {action.outcome && <StateBadge state={action.outcome} />}
                    </span>
                    <Obligations narrowed={action.narrowed ?? []} kept={action.kept ?? []} />
                  </Td>
                  <Td className="max-w-64 truncate text-ink-2 max-md:hidden" title={action.decision?.reason}>
                    {action.decision?.reason}
                  </Td>
                  <Td className="max-w-32 max-lg:hidden">
                    {action.session && <CopyId value={action.session} short />}
                  </Td>
                  <Td className="whitespace-nowrap text-right text-ink-3">
                    <RelativeTime at={action.at} />
                  </Td>
                  {mayErase && (
                    <Td className="w-10 py-0 text-right max-sm:px-1">
                      <EraseMenu agentId={agentId} action={action} />
                    </Td>
                  )}
                </Tr>
              ))}
            </tbody>
          </Table>
        )}
      </List>
    </Section>
  )
}
