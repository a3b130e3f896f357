'use client'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { toast } from '@/components/ui/toast'

/** For somebody who has lost every key: an administrator removes them all, with the reason. */
export function ResetPasskeys({ id, name, onClose }: { id: string; name: string; onClose: () => void }) {
  const fresh = useFreshSignIn()
  const submit = useSubmit(
    (reason: string) =>
      fresh.run(() =>
        call<{ removed: number }>(`/api/console/members/${id}/passkeys/reset`, { method: 'POST', body: { reason } }),
      ),
    ({ removed }) => {
      toast(removed === 0 ? 'There were none' : removed === 1 ? 'One passkey removed' : `${removed} passkeys removed`)
      onClose()
    },
  )
  return (
    <>
      {!fresh.asking && (
        <ReasonDialog
          title={`Reset the passkeys of ${name}?`}
          description="All of them are removed at once and sign nothing any more. A new one, which they register themselves, may countersign after a day. They are told of it. Make sure that it is they who ask."
          verb="Reset"
          look="deny"
          busy={submit.busy}
          problem={submit.general}
          onSend={reason => void submit.run(reason)}
          onClose={onClose}
        />
      )}
      {fresh.dialog}
    </>
  )
}
