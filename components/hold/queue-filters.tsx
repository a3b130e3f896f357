'use client'
import { X } from 'lucide-react'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { Ref } from 'react'
import { IconButton } from '@/components/ui/button'
import { SearchField } from '@/components/ui/search-field'
import { Select } from '@/components/ui/select'

const risks = ['low', 'medium', 'high', 'critical'] as const

/** The filters of the queue; they live in the address, so that a link shows the same list. `status=closed` is its own view. */
export function useQueueFilters() {
  const [found, set] = useQueryStates({
    status: parseAsStringLiteral(['open', 'closed'] as const).withDefault('open'),
    who: parseAsStringLiteral(['mine', 'all'] as const).withDefault('mine'),
    q: parseAsString.withDefault(''),
    risk: parseAsStringLiteral(risks),
    agent: parseAsString,
    tool: parseAsString,
  })
  return { ...found, set, filtered: Boolean(found.q || found.risk || found.agent || found.tool) }
}

/** Search and risk; agent and tool show up here when a link brought them. */
export function QueueFilters({ searchRef }: { searchRef: Ref<HTMLInputElement> }) {
  const { q, risk, agent, tool, set, filtered } = useQueueFilters()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField
        ref={searchRef}
        label="Search approvals"
        placeholder="Search tool, agent or id…"
        value={q}
        onChange={text => void set({ q: text || null })}
      />
      <Select
        label="Risk"
        value={risk ?? 'any'}
        choices={[
          { value: 'any', label: 'Any risk' },
          ...risks.map(one => ({ value: one, label: one.charAt(0).toUpperCase() + one.slice(1) })),
        ]}
        onChange={value => void set({ risk: risks.find(one => one === value) ?? null })}
      />
      {(agent ?? tool) && (
        <span className="inline-flex h-11 items-center gap-1 rounded-md border bg-sunken pl-2.5 text-xs sm:h-8">
          {agent ? 'one agent' : <code className="font-mono">{tool}</code>}
          <IconButton
            label="Remove this filter"
            className="size-7"
            onClick={() => void set({ agent: null, tool: null })}
          >
            <X aria-hidden />
          </IconButton>
        </span>
      )}
      {filtered && (
        <button
          type="button"
          className="min-h-11 px-1 text-ink-2 text-xs underline underline-offset-2 sm:min-h-6"
          onClick={() => void set({ q: null, risk: null, agent: null, tool: null })}
        >
          Clear
        </button>
      )}
    </div>
  )
}
