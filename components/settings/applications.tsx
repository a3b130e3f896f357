'use client'
import { AppWindow, Plus } from 'lucide-react'
import { useState } from 'react'
import { List, useList } from '@/components/data/list'
import { type Named, useMay } from '@/components/data/me'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Section } from '@/components/ui/section'
import { ApplicationDialog } from './application-dialog'

export interface Application {
  readonly id: string
  readonly name: string
  readonly team: Named
  readonly owner: Named
  readonly backup: Named | null
  readonly agents: number
  readonly etag?: string
}

/** What teams run. Agents inherit owner, backup and approvers from it. */
export function ApplicationsSettings() {
  const may = useMay('registry.write')
  const [editing, setEditing] = useState<Application | 'new' | null>(null)
  const applications = useList<Application>('application', 'applications', { limit: 200 })
  return (
    <Section
      title="Applications"
      plain
      aside={
        may && (
          <Button size="sm" look="primary" onClick={() => setEditing('new')}>
            <Plus aria-hidden /> Add
          </Button>
        )
      }
    >
      <List
        list={applications}
        empty={
          <EmptyState icon={AppWindow} title="No applications yet">
            An application says who answers for its agents.
          </EmptyState>
        }
      >
        {items => (
          <ul className="divide-y rounded-lg border bg-surface">
            {items.map(one => (
              <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-sunken/60">
                <div className="min-w-0 flex-1 basis-48 max-sm:basis-full">
                  <p className="truncate font-medium">
                    <bdi>{one.name}</bdi>
                  </p>
                  <p className="text-ink-3 text-xs">
                    {one.team.name} · {one.agents} {one.agents === 1 ? 'agent' : 'agents'}
                  </p>
                </div>
                <p className="min-w-0 text-ink-2 text-sm max-sm:flex-1">
                  {one.owner.name}
                  <span className="text-ink-3">{one.backup ? `, then ${one.backup.name}` : ', no backup'}</span>
                </p>
                {may && (
                  <Button size="sm" look="quiet" onClick={() => setEditing(one)}>
                    Edit…
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </List>
      {editing && (
        <ApplicationDialog application={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </Section>
  )
}
