'use client'
import { Hourglass, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { askWords } from '@/lib/agent/words'
import type { AgentDetail, ScopeItem } from './agents'
import { ScopeDialog } from './scope-dialog'

/** One line of authority, as a sentence. */
function ScopeLine({ scope, onTake }: { scope: ScopeItem; onTake: (() => void) | null }) {
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p>
          May <strong className="font-medium">{scope.operations.join(', ')}</strong> with{' '}
          {scope.tool_pattern === '*' ? 'any tool' : <code className="font-mono text-sm">{scope.tool_pattern}</code>}
          {scope.resource_pattern !== '*' && (
            <>
              {' '}
              on <code className="font-mono text-sm">{scope.resource_pattern}</code>
            </>
          )}
        </p>
        <p className="text-ink-3 text-xs">
          up to {scope.ceiling} data · in {scope.environments.join(', ')} · {askWords[scope.ask]}
          {!scope.tenants.includes('*') && ` · tenants ${scope.tenants.join(', ')}`}
          {scope.expires_at && (
            <>
              {' '}
              · ends <RelativeTime at={scope.expires_at} />
            </>
          )}
          {scope.last_used_at && (
            <>
              {' '}
              · last used <RelativeTime at={scope.last_used_at} />
            </>
          )}
        </p>
        {scope.unused && (
          <p className="mt-1">
            <Badge icon={Hourglass}>Not used for 30 days: does it need this?</Badge>
          </p>
        )}
      </div>
      {onTake && (
        <IconButton label="Take this away" onClick={onTake}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

/** Where its authority reaches. What no line covers is denied. */
export function ScopesSection({ agent }: { agent: AgentDetail }) {
  const [adding, setAdding] = useState(false)
  const [taking, setTaking] = useState<ScopeItem | null>(null)
  const take = useSubmit(
    (id: string) => call(`/api/console/agents/${agent.id}/scopes/${id}`, { method: 'DELETE' }),
    () => setTaking(null),
  )
  return (
    <Section
      title="What it may do"
      aside={
        agent.may_edit && (
          <Button size="sm" onClick={() => setAdding(true)}>
            <Plus aria-hidden /> Give a scope
          </Button>
        )
      }
    >
      {agent.scopes.length === 0 ? (
        <EmptyState title="It may do nothing">Every call is denied until it is given a scope.</EmptyState>
      ) : (
        <ul className="divide-y">
          {agent.scopes.map(scope => (
            <ScopeLine key={scope.id} scope={scope} onTake={agent.may_edit ? () => setTaking(scope) : null} />
          ))}
        </ul>
      )}
      {adding && <ScopeDialog agent={agent} onClose={() => setAdding(false)} />}
      {taking && (
        <ReasonDialog
          withoutReason
          title="Take this scope away?"
          description="From the next call on, what it covered is denied. Approvals that wait for it cannot be granted any more."
          verb="Take it away"
          look="deny"
          busy={take.busy}
          problem={take.general}
          onSend={() => void take.run(taking.id)}
          onClose={() => setTaking(null)}
        />
      )}
    </Section>
  )
}
