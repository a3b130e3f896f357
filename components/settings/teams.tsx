'use client'
import { Users } from 'lucide-react'
import { useState } from 'react'
import { ReadinessSection } from '@/components/agent/readiness-section'
import { call } from '@/components/data/client'
import { List, useList } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Section } from '@/components/ui/section'
import { CalendarDialog } from './calendar-dialog'
import { TeamDialog } from './team-dialog'
import type { WeekItem } from './week-fields'

interface Team {
  readonly id: string
  readonly name: string
  readonly members: number
  readonly agents: number
  readonly calendar: WeekItem
  readonly etag: string
}

/** Teams own applications; their approvers decide for the agents of those. */
export function TeamsSettings() {
  const may = useMay('members.write')
  const [name, setName] = useState('')
  const [renaming, setRenaming] = useState<Team | null>(null)
  const [timing, setTiming] = useState<Team | null>(null)
  const [looking, setLooking] = useState<Team | null>(null)
  const governs = useMay('registry.write')
  const teams = useList<Team>('team', 'teams', { limit: 200 })
  const submit = useSubmit(
    () => call('/api/console/teams', { method: 'POST', body: { name: name.trim() } }),
    () => setName(''),
  )
  return (
    <Section title="Teams" plain>
      {may && (
        <form
          className="flex max-w-md gap-2"
          onSubmit={event => {
            event.preventDefault()
            if (name.trim() !== '') void submit.run()
          }}
        >
          <Input
            aria-label="Name of a new team"
            placeholder="A new team"
            maxLength={100}
            value={name}
            onChange={event => setName(event.target.value)}
          />
          <Button type="submit" busy={submit.busy} disabled={name.trim() === ''}>
            Add
          </Button>
        </form>
      )}
      <FormProblem text={submit.at('/name') ?? submit.general} />
      <List
        list={teams}
        empty={
          <EmptyState icon={Users} title="No teams yet">
            Without teams the organisation’s approvers decide everything.
          </EmptyState>
        }
      >
        {items => (
          <ul className="divide-y rounded-lg border bg-surface">
            {items.map(team => (
              <li key={team.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                <span className="min-w-0 flex-1 truncate font-medium max-sm:basis-full">
                  <bdi>{team.name}</bdi>
                </span>
                <span className="num text-ink-3 text-xs">
                  {team.members} {team.members === 1 ? 'person' : 'people'} · {team.agents}{' '}
                  {team.agents === 1 ? 'agent' : 'agents'}
                </span>
                <span className="text-ink-3 text-xs max-sm:hidden">{team.calendar.time_zone}</span>
                <Button size="sm" look="quiet" onClick={() => setLooking(team)}>
                  Enforcement…
                </Button>
                {governs && (
                  <Button size="sm" look="quiet" onClick={() => setTiming(team)}>
                    Hours…
                  </Button>
                )}
                {may && (
                  <Button size="sm" look="quiet" onClick={() => setRenaming(team)}>
                    Rename…
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </List>
      {looking && (
        <ReadinessSection
          key={looking.id}
          subject={{ type: 'team', id: looking.id, name: looking.name }}
          title={`Enforcement for ${looking.name}`}
          may={governs}
        />
      )}
      {timing && <CalendarDialog team={timing} onClose={() => setTiming(null)} />}
      {renaming && <TeamDialog team={renaming} onClose={() => setRenaming(null)} />}
    </Section>
  )
}
