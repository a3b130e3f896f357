'use client'
import Link from 'next/link'
import { call } from '@/components/data/client'
import { List, useList } from '@/components/data/list'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { FormProblem } from '@/components/ui/form-problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import type { Channel } from '@/lib/access/notice'
import type { DeadLetter } from './channels'

/** What was given up on a channel, why, and the way to send it again. */
export function DeadLetters({ channel, name, onClose }: { channel: Channel; name: string; onClose: () => void }) {
  const letters = useList<DeadLetter>('channel', `channels/${channel}/dead`)
  const again = useSubmit(
    () => call<{ sent_again: number }>(`/api/console/channels/${channel}/send-again`, { method: 'POST' }),
    ({ sent_again }) => {
      toast(
        sent_again === 1 ? 'One message is sent again' : `${sent_again.toLocaleString('en')} messages are sent again`,
      )
      onClose()
    },
  )
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title={`${name}: what was given up`}
      description="The newest fifty. What asks for a decision that has been taken meanwhile is not sent again."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Close
          </Button>
          <Button look="primary" busy={again.busy} onClick={() => void again.run()}>
            Send again
          </Button>
        </>
      }
    >
      <List list={letters} empty={<p className="text-ink-2 text-sm">Nothing was given up.</p>}>
        {items => (
          <ul className="divide-y">
            {items.map(one => (
              <li key={one.id} className="py-2 text-sm">
                <p className="flex flex-wrap items-baseline gap-x-2">
                  <bdi className="font-medium">{one.to}</bdi>
                  {one.hold_id && (
                    <Link className="text-accent underline underline-offset-2" href={`/approvals/${one.hold_id}`}>
                      the approval
                    </Link>
                  )}
                  <span className="text-ink-3 text-xs">
                    <RelativeTime at={one.created_at} />, tried {one.attempts === 1 ? 'once' : `${one.attempts} times`}
                  </span>
                </p>
                <p className="wrap-anywhere text-denied text-xs">{one.error}</p>
              </li>
            ))}
          </ul>
        )}
      </List>
      <FormProblem text={again.general} />
    </Dialog>
  )
}
