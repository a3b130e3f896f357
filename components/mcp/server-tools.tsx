'use client'
import { Lightbulb, Wrench } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { ExpandableText } from '@/components/action/hostile-text'
import { List } from '@/components/data/list'
import { useMayEverywhere } from '@/components/data/me'
import { ClassifySheet } from '@/components/tool/classify-sheet'
import { stateOf, type ToolItem, useTools } from '@/components/tool/tools'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'

/** What it is said to be, or what its hints suggest. */
function Said({ tool }: { tool: ToolItem }) {
  if (tool.drift) return null
  if (tool.classified) return <span className="text-ink-2 text-xs">{tool.classified.operation}</span>
  return (
    <span className="inline-flex items-center gap-1 text-ink-3 text-xs">
      <Lightbulb className="size-3" aria-hidden />
      {tool.hints?.operation ? `suggested: ${tool.hints.operation}` : 'nothing suggests what it does'}
    </span>
  )
}

function ToolLine({ tool, may, onOpen }: { tool: ToolItem; may: boolean; onOpen: () => void }) {
  const verb = tool.status === 'classified' ? 'Look at' : 'Classify'
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1.5 px-4 py-3">
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <bdi className="wrap-anywhere font-mono text-sm">{tool.name}</bdi>
          <StateBadge state={stateOf(tool)} />
          <Said tool={tool} />
          {tool.waiting_calls > 0 && <span className="num text-held text-xs">{tool.waiting_calls} waiting</span>}
        </span>
        {tool.description && <ExpandableText text={tool.description} limit={240} className="text-ink-2 text-xs" />}
      </div>
      <Button
        size="sm"
        look={tool.status === 'classified' || !may ? 'quiet' : 'neutral'}
        aria-label={`${verb} ${tool.name}`}
        onClick={onOpen}
      >
        {verb}
      </Button>
    </li>
  )
}

/** The tools of one server as the catalogue has them: what their server says of them is shown inert, and said to be its words. */
export function ServerTools({ source }: { source: string }) {
  const tools = useTools({ source })
  const may = useMayEverywhere('tool.classify')
  const [open, setOpen] = useQueryState('tool', parseAsString)
  return (
    <Section title="Tools" plain>
      <p className="-mt-1 max-w-2xl text-ink-2 text-sm">
        As the server describes them. Say of each what it does; until then its calls wait for that.
      </p>
      <List
        list={tools}
        empty={
          <EmptyState icon={Wrench} title="It offers no tools">
            Test the connection once it does.
          </EmptyState>
        }
      >
        {items => (
          <ul className="divide-y rounded-lg border bg-surface" aria-label="Tools of this server">
            {items.map(tool => (
              <ToolLine key={tool.id} tool={tool} may={may} onOpen={() => void setOpen(tool.id)} />
            ))}
          </ul>
        )}
      </List>
      {open && <ClassifySheet id={open} onClose={() => void setOpen(null)} />}
    </Section>
  )
}
