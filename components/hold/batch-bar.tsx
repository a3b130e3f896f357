'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { BatchDialog } from './batch-dialog'
import type { HoldItem } from './hold'

/** What is selected, and the way to decide it together: every item is still shown. */
export function BatchBar({ holds, onClear }: { holds: readonly HoldItem[]; onClear: () => void }) {
  const [open, setOpen] = useState(false)
  const [first] = holds
  return (
    <div className="sticky bottom-20 z-20 flex animate-rise flex-wrap items-center gap-3 self-center rounded-lg border bg-raised px-4 py-2 shadow-float sm:bottom-4">
      <span className="text-sm">
        <strong className="num font-semibold">{holds.length}</strong> selected
        {first?.agent && (
          <span className="text-ink-3">
            {' '}
            · <bdi>{first.agent.name}</bdi>, <code className="font-mono text-xs">{first.tool}</code>
          </span>
        )}
      </span>
      <Button look="primary" size="sm" onClick={() => setOpen(true)}>
        Read and decide…
      </Button>
      <Button look="quiet" size="sm" onClick={onClear}>
        Clear
      </Button>
      {open && <BatchDialog holds={holds} onClose={() => setOpen(false)} onDone={onClear} />}
    </div>
  )
}
