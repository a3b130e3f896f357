'use client'
import { useQuery } from '@tanstack/react-query'
import type { AgentItem } from '@/components/agent/agents'
import { call, type Page, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { Target } from './containments'

const kinds = [
  { value: 'organisation', label: 'Everything' },
  { value: 'agent', label: 'One agent' },
  { value: 'session', label: 'One session of an agent' },
]

/** The agents that this person may stop, of the first 200 by name; `whole`: there are no others. */
export function useStoppable() {
  return useQuery({
    queryKey: keys.list('agent', { for: 'picker' }),
    queryFn: ({ signal }) => call<Page<AgentItem>>(`/api/console/agents${query({ limit: 200 })}`, { signal }),
    select: ({ items, next_cursor }) => ({
      agents: items.filter(agent => agent.may_contain && agent.status !== 'retired'),
      whole: next_cursor === null,
    }),
  })
}

/** What the switch is aimed at. A target given from outside (an agent's page) is shown, not asked for. */
export function TargetPicker({
  target,
  onChange,
  mayAll,
}: {
  target: Target
  onChange: (target: Target) => void
  /** Is more in this person's reach than single agents and sessions? */
  mayAll: boolean
}) {
  const offered = mayAll ? kinds : kinds.filter(kind => kind.value !== 'organisation')
  const stoppable = useStoppable()
  const agents = stoppable.data?.agents ?? []
  const [agentId = '', session = ''] = (target.id ?? '').split('/')
  const named = (id: string) => agents.find(agent => agent.id === id)?.name
  const aim = (id: string, part?: string): Target =>
    part === undefined
      ? { type: 'agent', id, name: named(id) ?? id }
      : { type: 'session', id: `${id}/${part}`, name: part }
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="What">
        {({ id }) => (
          <Select
            id={id}
            value={target.type}
            choices={
              offered.some(kind => kind.value === target.type)
                ? offered
                : [...offered, { value: target.type, label: target.type }]
            }
            onChange={kind => {
              if (kind === 'organisation') onChange({ type: 'organisation' })
              else if (kind === 'agent') onChange(aim(agentId))
              else if (kind === 'session') onChange(aim(agentId, session))
            }}
          />
        )}
      </Field>
      {(target.type === 'agent' || target.type === 'session') && (
        <Field label="Agent">
          {({ id }) => (
            <Select
              id={id}
              value={agentId}
              placeholder={stoppable.isPending ? 'Loading…' : 'Choose an agent'}
              choices={agents.map(agent => ({ value: agent.id, label: agent.name }))}
              onChange={chosen => onChange(target.type === 'session' ? aim(chosen, session) : aim(chosen))}
            />
          )}
        </Field>
      )}
      {target.type === 'session' && (
        <Field label="Session" hint="As the agent names it, e.g. s-81">
          {bind => (
            <Input {...bind} value={session} onChange={event => onChange(aim(agentId, event.target.value.trim()))} />
          )}
        </Field>
      )}
    </div>
  )
}

/** Is it aimed at something that exists? */
export function aimed(target: Target): boolean {
  const [agent, session] = (target.id ?? '').split('/')
  if (target.type === 'organisation') return true
  if (target.type === 'session') return Boolean(agent && session)
  return Boolean(target.id)
}
