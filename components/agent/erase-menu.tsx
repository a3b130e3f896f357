'use client'
import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem } from '@/components/ui/dropdown-menu'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { toast } from '@/components/ui/toast'
import type { ActionLine } from './agents'

const backups = 'Nobody can bring it back; backups keep it until they are deleted.'

type What = 'call' | 'session'

/** What each of them destroys, and what stays. */
const words: Readonly<Record<What, { title: string; description: string }>> = {
  call: {
    title: 'Erase what this call said?',
    description: `Its arguments, its prompt and what people wrote about it are destroyed. What was decided, by whom, when and its digest stay on record. ${backups}`,
  },
  session: {
    title: 'Erase what was recorded of this session?',
    description: `What tools returned to the agent and what people told it, as far as it was recorded until now, is destroyed. Calls keep what they said themselves. ${backups}`,
  },
}

interface Erasure {
  readonly path: string
  readonly body?: object
}

function EraseDialog({
  what,
  erasure: { path, body },
  onClose,
}: {
  readonly what: What
  readonly erasure: Erasure
  readonly onClose: () => void
}) {
  const submit = useSubmit(
    () => call(path, { method: 'POST', ...(body ? { body } : {}) }),
    () => {
      toast('Erased')
      onClose()
    },
  )
  return (
    <ReasonDialog
      {...words[what]}
      verb="Erase for good"
      look="deny"
      withoutReason
      busy={submit.busy}
      problem={submit.general}
      onSend={() => void submit.run()}
      onClose={onClose}
    />
  )
}

/** For administrators, who are asked to: destroys what a call said, or what was recorded of its session. */
export function EraseMenu({ agentId, action }: { readonly agentId: string; readonly action: ActionLine }) {
  const [erasing, setErasing] = useState<What | null>(null)
  const { id, session, status, tool } = action
  const waits = status === 'held' || status === 'deferred'
  const erasures: Readonly<Record<What, Erasure>> = {
    call: { path: `/api/console/actions/${id}/erase` },
    session: { path: `/api/console/agents/${agentId}/sessions/erase`, body: { session } },
  }
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="sm" className="-my-1.5 align-middle" aria-label={`Erase, ${tool}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem disabled={waits} onSelect={() => setErasing('call')}>
          {waits ? 'It can be erased once it is decided' : 'Erase what it said…'}
        </MenuItem>
        {session && <MenuItem onSelect={() => setErasing('session')}>Erase what was recorded of its session…</MenuItem>}
      </Menu>
      {erasing && <EraseDialog what={erasing} erasure={erasures[erasing]} onClose={() => setErasing(null)} />}
    </>
  )
}
