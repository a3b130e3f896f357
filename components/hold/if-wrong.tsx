import { TriangleAlert, Undo2 } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { FactsList } from '@/components/ui/facts-list'
import type { HoldDetail } from './hold'

/** Whether it can be undone, how, and how far it reaches. */
export function IfWrong({ hold }: { hold: HoldDetail }) {
  const { tool_info: tool, action } = hold
  const resolved = action?.resolved
  const resource = action?.resource
  return (
    <div className="flex flex-col gap-2.5 px-4 py-3">
      {tool && (
        <p className="flex items-start gap-2">
          {tool.reversible ? (
            <Undo2 className="mt-0.5 size-4 shrink-0 text-allowed" aria-hidden />
          ) : (
            <TriangleAlert className="mt-0.5 size-4 shrink-0 text-denied" aria-hidden />
          )}
          <span className="min-w-0">
            {tool.reversible ? (
              'This tool is classified as one that can be undone.'
            ) : (
              <strong className="font-medium">It cannot be undone.</strong>
            )}{' '}
            {action?.undo ? (
              <span className="text-ink-2 text-sm">
                The agent says it would use{' '}
                <code className="font-mono text-xs">
                  <Revealed text={action.undo.tool} />
                </code>
                .
              </span>
            ) : (
              <span className="text-ink-2 text-sm">No undo plan was given.</span>
            )}
          </span>
        </p>
      )}
      <FactsList
        facts={[
          ['Touches', resource && <Revealed text={[resource.type, resource.id].filter(Boolean).join(' ')} />],
          ['Environment', resolved?.environment],
          ['Data', resolved?.classification],
          ['Operation', resolved?.operation],
        ]}
      />
    </div>
  )
}
