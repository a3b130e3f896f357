'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { said } from '@/components/data/answer'
import { ProblemError } from '@/components/data/client'
import { useMe } from '@/components/data/me'
import { PasskeyRefused } from '@/components/passkey/browser'
import { countersign } from '@/components/passkey/countersign'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { toast } from '@/components/ui/toast'
import { actionDigest } from '@/lib/kernel/digest'
import type { HoldDetail } from './hold'
import { type ReviewSent, useReview } from './holds'

export type Mode = 'rest' | 'reject' | 'pause' | 'edit' | 'ask' | 'pass'
export type Draft = Omit<ReviewSent, 'digest'>

/** A draft together with the digest of what was on the screen when the person pressed. */
interface Pressed extends Draft {
  readonly digest: string
}

const past: Record<Draft['verdict'], string> = {
  approve: 'Approved',
  reject: 'Rejected',
  ask: 'Asked',
  pass: 'Passed on to the next person',
}

/** Is this approval the last one that is needed, for something that cannot be undone? Then it can be taken back for 5 s. */
export function isFinalAndIrreversible(hold: HoldDetail): boolean {
  return hold.tool_info?.reversible === false && hold.approvals.received + 1 >= hold.approvals.required
}

/** The digest of what would be approved, made of what is on the screen; a change's is the server's own. */
export function digestShown({ action, shown_digest }: HoldDetail, params = action?.params): string {
  return action ? actionDigest({ tool: action.tool, resource: action.resource ?? null, params }) : shown_digest
}

/** One person deciding one approval: what is open, what is about to be sent, what went wrong. */
export function useDecision(hold: HoldDetail, first: Mode) {
  const [mode, setMode] = useState<Mode>(first)
  const [pending, setPending] = useState<Pressed | null>(null)
  const [problem, setProblem] = useState('')
  const review = useReview(hold.id)
  const [signing, setSigning] = useState(false)
  const left = useRef<AbortController | null>(null)
  // What is no longer on the screen as it was is not signed either: the browser's question goes with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown is what ends it
  useEffect(() => () => left.current?.abort(), [hold.id, hold.shown_digest, hold.status])
  const me = useMe().data?.id ?? ''
  const fresh = useFreshSignIn()
  const { mutateAsync } = review
  const { run } = fresh

  const send = useCallback(
    (pressed: Pressed) => {
      setPending(null)
      setProblem('')
      run(() => mutateAsync(pressed))
        .then(() => {
          setMode('rest')
          toast(past[pressed.verdict])
        })
        .catch((error: Error) => {
          const code = error instanceof ProblemError ? error.code : ''
          if (code === 'hold.closed') setProblem('It was decided before yours arrived. Nothing of yours was counted.')
          else if (code === 'hold.changed')
            setProblem('What is shown has changed, so nothing was sent. Look again, then decide.')
          else if (error instanceof ProblemError && error.status === 0)
            setProblem(
              'No answer came. Once Holdpoint is back, this page shows whether yours arrived; pressing again never counts twice.',
            )
          else setProblem(said(error).detail ?? said(error).title)
        })
    },
    [mutateAsync, run],
  )

  const submit = (draft: Draft) => {
    const pressed = { ...draft, digest: hold.shown_digest }
    const go = (signed: Pressed) => {
      if (draft.verdict === 'approve' && isFinalAndIrreversible(hold)) setPending(signed)
      else send(signed)
    }
    if (draft.verdict !== 'approve' || !hold.me.countersign) return go(pressed)
    // Signed when it is pressed, not when it leaves: browsers ask for a key only after a press.
    setProblem('')
    setSigning(true)
    left.current = new AbortController()
    const shown = {
      hold: hold.id,
      shown_digest: hold.shown_digest,
      approved: digestShown(hold, draft.params),
      params: draft.params,
      me,
    }
    countersign(shown, left.current.signal)
      .then(signature => go({ ...pressed, signature }))
      .catch((error: Error) =>
        setProblem(error instanceof PasskeyRefused ? error.message : (said(error).detail ?? said(error).title)),
      )
      .finally(() => setSigning(false))
  }

  return {
    mode,
    setMode: (next: Mode) => {
      setProblem('')
      setMode(next)
    },
    pending,
    takeBack: () => setPending(null),
    send,
    submit,
    busy: review.isPending || signing,
    problem,
    dialog: fresh.dialog,
  }
}

export type Decision = ReturnType<typeof useDecision>
