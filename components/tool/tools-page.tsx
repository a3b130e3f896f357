'use client'
import { Download, Wrench } from 'lucide-react'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useState } from 'react'
import { firstOf, Revealed } from '@/components/action/hostile-text'
import type { CsvColumn } from '@/components/data/csv'
import { ExportButton } from '@/components/data/export-button'
import { List } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { Button } from '@/components/ui/button'
import { DensityToggle } from '@/components/ui/density'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'
import { StateBadge } from '@/components/ui/state-badge'
import { Table, Td, Th, Tr } from '@/components/ui/table'
import { ClassifySheet } from './classify-sheet'
import { ImportDialog } from './import-dialog'
import { stateOf, type ToolItem, useTools } from './tools'
import { ToolsTabs } from './tools-tabs'

const columns: readonly CsvColumn<ToolItem>[] = [
  { head: 'Id', of: one => one.id },
  { head: 'Name', of: one => one.name },
  { head: 'Description', of: one => one.description },
  { head: 'State', of: stateOf },
  { head: 'Operation', of: one => one.classified?.operation },
  { head: 'Can be undone', of: one => one.classified?.reversible },
  { head: 'Data', of: one => one.classified?.sensitivity },
  { head: 'Calls waiting', of: one => one.waiting_calls },
]

const states = ['unclassified', 'classified'] as const

function ToolRow({ tool, onOpen }: { tool: ToolItem; onOpen: () => void }) {
  const known = tool.classified
  return (
    <Tr>
      <Td>
        <button
          type="button"
          onClick={onOpen}
          className="min-h-6 text-left font-mono text-sm [overflow-wrap:anywhere] hover:underline"
        >
          <bdi>{tool.name}</bdi>
        </button>
        {tool.description && (
          <span className="line-clamp-1 max-w-md text-ink-3 text-xs max-sm:line-clamp-2">
            <Revealed text={firstOf(tool.description, 200).text} />
          </span>
        )}
      </Td>
      <Td>
        <StateBadge state={stateOf(tool)} />
        {tool.waiting_calls > 0 && (
          <span className="num block text-held text-xs sm:hidden">{tool.waiting_calls} waiting</span>
        )}
      </Td>
      <Td className="max-sm:hidden">{known?.operation ?? '–'}</Td>
      <Td className="whitespace-nowrap max-md:hidden">
        {known ? (known.reversible ? 'can be undone' : 'cannot be undone') : '–'}
      </Td>
      <Td className="max-lg:hidden">{known ? (known.sensitivity ?? 'restricted (not said)') : '–'}</Td>
      <Td className="num text-right max-sm:hidden">
        {tool.waiting_calls > 0 ? <span className="text-held">{tool.waiting_calls} waiting</span> : '–'}
      </Td>
    </Tr>
  )
}

/** The catalogue: what each tool is, as people have said it. */
export function ToolsPage() {
  const may = useMay('registry.write')
  const [importing, setImporting] = useState(false)
  const [filters, set] = useQueryStates({
    q: parseAsString.withDefault(''),
    status: parseAsStringLiteral(states),
    tool: parseAsString,
  })
  const filtered = Boolean(filters.q || filters.status)
  const asked = { q: filters.q.trim(), status: filters.status ?? undefined }
  const tools = useTools(asked)
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4">
      <PageHeader
        title="Tools"
        about="What agents can call. What nobody has classified is held until a person has said what it does."
        actions={
          may && (
            <Button onClick={() => setImporting(true)}>
              <Download aria-hidden /> Import…
            </Button>
          )
        }
      />
      <ToolsTabs />
      <div className="flex flex-wrap items-center gap-2">
        <SearchField label="Search tools" value={filters.q} onChange={q => void set({ q: q || null })} />
        <Select
          label="State"
          value={filters.status ?? 'any'}
          onChange={value => void set({ status: states.find(one => one === value) ?? null })}
          choices={[
            { value: 'any', label: 'Any state' },
            { value: 'unclassified', label: 'Not classified' },
            { value: 'classified', label: 'Classified' },
          ]}
        />
        <span className="ml-auto flex items-center gap-1 max-sm:hidden">
          <ExportButton path="tools" filters={asked} columns={columns} name="tools" />
          <DensityToggle />
        </span>
      </div>
      <List
        list={tools}
        empty={
          <EmptyState icon={Wrench} title={filtered ? 'No tool matches these filters' : 'No tools yet'}>
            {!filtered &&
              'Import what an MCP server lists, or let an agent call: a new tool appears here by its first use.'}
          </EmptyState>
        }
      >
        {items => (
          <Table label="Tools">
            <thead>
              <tr>
                <Th>Tool</Th>
                <Th>State</Th>
                <Th className="max-sm:hidden">Operation</Th>
                <Th className="max-md:hidden">If it goes wrong</Th>
                <Th className="max-lg:hidden">Data</Th>
                <Th className="text-right max-sm:hidden">Calls</Th>
              </tr>
            </thead>
            <tbody>
              {items.map(tool => (
                <ToolRow key={tool.id} tool={tool} onOpen={() => void set({ tool: tool.id })} />
              ))}
            </tbody>
          </Table>
        )}
      </List>
      {filters.tool && <ClassifySheet id={filters.tool} onClose={() => void set({ tool: null })} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </div>
  )
}
