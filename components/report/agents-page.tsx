'use client'
import { Bot } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import type { CsvColumn } from '@/components/data/csv'
import { saveCsv } from '@/components/data/save-csv'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Select } from '@/components/ui/select'
import { Table, Td, Th, Tr } from '@/components/ui/table'
import { type OwnAgents, useOwnAgents } from './reports'
import { ReportsFrame } from './reports-frame'

type Line = OwnAgents['items'][number]
const spans = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
]

const columnsFor = (days: string): readonly CsvColumn<Line>[] => {
  const of = (line: Line) => (days === '7' ? line.last_7_days : line.last_30_days)
  return [
    { head: 'Waiting now', of: line => line.open_holds },
    { head: 'Allowed by rules', of: line => of(line).allowed },
    { head: 'Approved', of: line => of(line).approved },
    { head: 'Rejected', of: line => of(line).rejected },
    { head: 'Denied by rules', of: line => of(line).denied },
    { head: 'Expired', of: line => of(line).expired },
    { head: 'Stopped', of: line => of(line).contained },
    { head: 'Taken back', of: line => of(line).cancelled },
    { head: 'Failed', of: line => of(line).failed },
    { head: 'Put back', of: line => of(line).rolled_back },
  ]
}

/** What the agents that one answers for asked, and what became of it. */
export function OwnAgentsPage() {
  const [days, setDays] = useState('7')
  const agents = useOwnAgents()
  const columns = columnsFor(days)
  const exported: readonly CsvColumn<Line>[] = [{ head: 'Agent', of: line => line.agent.name }, ...columns]
  return (
    <ReportsFrame about="What the agents that you answer for asked, and what became of it.">
      <Answer
        query={agents}
        empty={found =>
          found.items.length === 0 ? (
            <div className="rounded-lg border bg-surface">
              <EmptyState icon={Bot} title="You answer for no agent">
                Owners and backups of an agent, or of its application, see here what it asks.
              </EmptyState>
            </div>
          ) : null
        }
      >
        {found => (
          <>
            <div className="flex flex-wrap items-center gap-2">
              <Select label="How far back" value={days} onChange={setDays} choices={spans} className="w-28" />
              <Button
                size="sm"
                look="quiet"
                className="ml-auto"
                onClick={() => saveCsv(exported, found.items, `my-agents-${days}-days`)}
              >
                CSV
              </Button>
            </div>
            <Table label="My agents">
              <thead>
                <tr>
                  <Th>Agent</Th>
                  {columns.map(column => (
                    <Th key={column.head}>{column.head}</Th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {found.items.map(line => (
                  <Tr key={line.agent.id}>
                    <Td className="min-w-44">
                      <Link href={`/agents/${line.agent.id}`} className="font-medium hover:underline">
                        <bdi>{line.agent.name}</bdi>
                      </Link>
                      <p className="text-ink-3 text-xs">
                        <bdi>{line.application.name}</bdi>
                        {line.relation === 'backup' && ' · you are the backup'}
                        {line.more && ' · only the newest 20,000 are counted'}
                      </p>
                    </Td>
                    {columns.map((column, at) => (
                      <Td key={column.head} className="num">
                        {at === 0 && line.open_holds > 0 ? (
                          <Link
                            href={`/approvals?who=all&agent=${line.agent.id}`}
                            className="inline-flex min-h-6 items-center font-medium text-accent hover:underline"
                          >
                            {line.open_holds} waiting
                          </Link>
                        ) : (
                          column.of(line)
                        )}
                      </Td>
                    ))}
                  </Tr>
                ))}
              </tbody>
            </Table>
          </>
        )}
      </Answer>
    </ReportsFrame>
  )
}
