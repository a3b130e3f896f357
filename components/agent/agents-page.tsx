'use client'
import { Bot, Plus } from 'lucide-react'
import Link from 'next/link'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { CsvColumn } from '@/components/data/csv'
import { ExportButton } from '@/components/data/export-button'
import { List } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { ButtonLink } from '@/components/ui/button'
import { DensityToggle } from '@/components/ui/density'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'
import { StateBadge } from '@/components/ui/state-badge'
import { SortTh, Table, Td, Th, Tr } from '@/components/ui/table'
import { kindWords } from '@/lib/agent/words'
import { environments } from '@/lib/kernel/scale'
import { type AgentItem, useAgents } from './agents'

const columns: readonly CsvColumn<AgentItem>[] = [
  { head: 'Id', of: one => one.id },
  { head: 'Name', of: one => one.name },
  { head: 'Kind', of: one => one.kind },
  { head: 'Purpose', of: one => one.purpose },
  { head: 'State', of: one => one.status },
  { head: 'Containment', of: one => one.containment?.level },
  { head: 'Watching only until', of: one => one.observed?.until },
  { head: 'Application', of: one => one.application.name },
  { head: 'Team', of: one => one.team.name },
  { head: 'Owner', of: one => one.owner?.name },
  { head: 'Backup', of: one => one.backup?.name },
  { head: 'Environment', of: one => one.environment },
  { head: 'Criticality', of: one => one.tier },
  { head: 'Approvals waiting', of: one => one.open_holds },
  { head: 'Actions in 24 h', of: one => one.actions_24h },
  { head: 'Last action', of: one => one.last_action_at },
]

const sorts = ['name', '-name', '-last_seen'] as const
const states = ['active', 'registered', 'retired'] as const

function AgentRow({ agent }: { agent: AgentItem }) {
  return (
    <Tr>
      <Td>
        <Link href={`/agents/${agent.id}`} className="font-medium hover:underline">
          <bdi>{agent.name}</bdi>
        </Link>
        <span className="block text-ink-3 text-xs">{kindWords[agent.kind]}</span>
      </Td>
      <Td>
        <span className="flex flex-wrap gap-1">
          {agent.containment ? <StateBadge state={agent.containment.level} /> : <StateBadge state={agent.status} />}
          {agent.observed && <StateBadge state="observed" />}
        </span>
      </Td>
      <Td className="max-md:hidden">
        {agent.application.name}
        <span className="block text-ink-3 text-xs">{agent.team.name}</span>
      </Td>
      <Td className="max-lg:hidden">
        {agent.owner?.name ?? <span className="text-denied">nobody</span>}
        {agent.owner?.active === false && <span className="block text-denied text-xs">may not sign in</span>}
      </Td>
      <Td className="max-sm:hidden">{agent.environment}</Td>
      <Td className="num text-right">
        {agent.open_holds > 0 ? <span className="text-held">{agent.open_holds} waiting</span> : '–'}
      </Td>
      <Td className="num text-right max-md:hidden">{agent.actions_24h.toLocaleString('en')}</Td>
      <Td className="text-right text-ink-3 max-sm:hidden">
        {agent.last_action_at ? <RelativeTime at={agent.last_action_at} /> : 'never'}
      </Td>
    </Tr>
  )
}

/** Everything that acts and is not a person. */
export function AgentsPage() {
  const may = useMay('registry.write')
  const [filters, set] = useQueryStates({
    q: parseAsString.withDefault(''),
    status: parseAsStringLiteral(states),
    environment: parseAsStringLiteral(environments),
    sort: parseAsStringLiteral(sorts).withDefault('name'),
  })
  const filtered = Boolean(filters.q || filters.status || filters.environment)
  const asked = {
    q: filters.q,
    status: filters.status ?? undefined,
    environment: filters.environment ?? undefined,
    sort: filters.sort,
  }
  const agents = useAgents(asked)
  const connect = may && (
    <ButtonLink href="/agents/connect" look="primary">
      <Plus aria-hidden /> Connect an agent
    </ButtonLink>
  )
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4">
      <PageHeader title="Agents & identities" actions={connect} />
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label="Search agents" value={filters.q} onChange={q => void set({ q: q || null })} />
        <Select
          label="State"
          value={filters.status ?? 'any'}
          onChange={value => void set({ status: states.find(one => one === value) ?? null })}
          choices={[{ value: 'any', label: 'Any state' }, ...states.map(value => ({ value, label: value }))]}
        />
        <Select
          label="Environment"
          value={filters.environment ?? 'any'}
          onChange={value => void set({ environment: environments.find(one => one === value) ?? null })}
          choices={[
            { value: 'any', label: 'Any environment' },
            ...environments.map(value => ({ value, label: value })),
          ]}
        />
        <span className="ml-auto flex items-center gap-1 max-sm:hidden">
          <ExportButton path="agents" filters={asked} columns={columns} name="agents" />
          <DensityToggle />
        </span>
      </div>
      <List
        list={agents}
        empty={
          <EmptyState
            icon={Bot}
            title={filtered ? 'No agent matches these filters' : 'No agents yet'}
            action={!filtered && connect}
          >
            {!filtered && 'Register one, give it a key, and its first call shows up here.'}
          </EmptyState>
        }
      >
        {items => (
          <Table label="Agents">
            <thead>
              <tr>
                <SortTh
                  sorted={filters.sort === 'name' ? 'ascending' : filters.sort === '-name' ? 'descending' : 'none'}
                  onSort={() => void set({ sort: filters.sort === 'name' ? '-name' : 'name' })}
                >
                  Agent
                </SortTh>
                <Th>State</Th>
                <Th className="max-md:hidden">Application</Th>
                <Th className="max-lg:hidden">Owner</Th>
                <Th className="max-sm:hidden">Environment</Th>
                <Th className="text-right">Approvals</Th>
                <Th className="text-right max-md:hidden">Actions, 24 h</Th>
                <SortTh
                  className="text-right max-sm:hidden"
                  sorted={filters.sort === '-last_seen' ? 'descending' : 'none'}
                  onSort={() => void set({ sort: filters.sort === '-last_seen' ? 'name' : '-last_seen' })}
                >
                  Last action
                </SortTh>
              </tr>
            </thead>
            <tbody>
              {items.map(agent => (
                <AgentRow key={agent.id} agent={agent} />
              ))}
            </tbody>
          </Table>
        )}
      </List>
    </div>
  )
}
