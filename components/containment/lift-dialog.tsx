'use client'
import { useRouter } from 'next/navigation'
import { said } from '@/components/data/answer'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { toast } from '@/components/ui/toast'
import { type ContainmentItem, useLift } from './containments'
import { grave, targetName } from './words'

/** Lifting: a pause ends at once; quarantine and kill become an approval for a second person. */
export function LiftDialog({ item, onClose }: { item: ContainmentItem; onClose: () => void }) {
  const router = useRouter()
  const lift = useLift()
  const fresh = useFreshSignIn()
  const two = grave(item.level)
  const send = (reason: string) => {
    fresh
      .run(() => lift.mutateAsync({ id: item.id, reason }))
      .then(answer => {
        onClose()
        if (answer?.hold_id) router.push(`/approvals/${answer.hold_id}`)
        else toast(`${targetName(item.target)}: lifted`)
      })
      .catch(() => undefined)
  }
  return (
    <>
      <ReasonDialog
        title={`Lift: ${targetName(item.target)}`}
        description={
          two
            ? 'A second person, who stands apart from this agent, must agree. What was ended stays ended.'
            : 'It goes on at once. What was frozen gets exactly its remaining time back.'
        }
        verb={two ? 'Propose to lift it' : 'Lift it'}
        busy={lift.isPending}
        problem={lift.error && !fresh.asking ? (said(lift.error).detail ?? said(lift.error).title) : ''}
        onSend={send}
        onClose={onClose}
      />
      {fresh.dialog}
    </>
  )
}
