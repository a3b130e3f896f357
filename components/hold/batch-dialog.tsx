'use client'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { said } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { Arguments } from './arguments'
import { ApprovedBefore } from './attempts'
import type { HoldDetail, HoldItem } from './hold'
import { useReportView } from './holds'
import { LookTwice } from './look-twice'
import { hiddenIn } from './may-approve'
import { doubtsOf } from './provenance'
import { RiskBadge } from './risk-badge'
import { ShownProvider, useShown } from './shown'
import { TakeBack } from './take-back'
import { Title } from './title'
import { isFinalAndIrreversible } from './use-decision'

type Verdict = 'approve' | 'reject'

interface Together {
  readonly items: readonly { readonly hold: string; readonly problem: { readonly title: string } | null }[]
}

function Item({
  hold,
  place,
  result,
  onShown,
}: {
  hold: HoldDetail
  /** Which one of how many: their sentences may be the same. */
  place: string
  result: string | undefined
  onShown: (id: string) => void
}) {
  const { ready } = useShown()
  const reported = useReportView(hold.id, hold.shown_digest, ready)
  useEffect(() => {
    if (reported) onShown(hold.id)
  }, [reported, hold.id, onShown])
  return (
    <li id={hold.id} className="rounded-lg border bg-surface">
      <p className="flex flex-wrap items-center gap-2 border-b px-4 py-2 font-medium">
        <span className="num font-normal text-ink-3 text-xs">{place}</span>
        <Title text={hold.title} />
        <RiskBadge risk={hold.risk} />
        {result && <span className="ml-auto text-ink-2 text-sm">{result}</span>}
      </p>
      <div className="flex flex-col gap-3 px-3 pt-3 empty:hidden">
        <LookTwice hold={hold} />
        <ApprovedBefore hold={hold} />
      </div>
      <Arguments hold={hold} />
    </li>
  )
}

/** Several of one class, each still shown with all its arguments and reviewed by its own digest. */
export function BatchDialog({
  holds,
  onClose,
  onDone,
}: {
  holds: readonly HoldItem[]
  onClose: () => void
  onDone: () => void
}) {
  const client = useQueryClient()
  const found = useQueries({
    queries: holds.map(hold => ({
      queryKey: keys.one('hold', hold.id),
      queryFn: () => call<HoldDetail>(`/api/console/holds/${hold.id}`),
    })),
  })
  const details = found.flatMap(one => (one.data ? [one.data] : []))
  const [shown, setShown] = useState<readonly string[]>([])
  const [comment, setComment] = useState('')
  const [counting, setCounting] = useState(false)
  const [results, setResults] = useState<Readonly<Record<string, string>>>({})
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const { run, dialog } = useFreshSignIn()
  const markShown = useCallback((id: string) => setShown(now => (now.includes(id) ? now : [...now, id])), [])
  const list = useRef<HTMLUListElement>(null)
  const unseen = details.filter(hold => !shown.includes(hold.id))
  const toUnseen = () =>
    [...(list.current?.children ?? [])].find(one => one.id === unseen[0]?.id)?.scrollIntoView({ block: 'end' })
  const complete = details.length === holds.length && unseen.length === 0
  const doubtful = details.some(hold => hiddenIn(hold.action?.params ?? {}) > 0)
  // What must be looked at twice is not approved in passing.
  const unasked = details.some(hold => doubtsOf(hold).length > 0)
  const mayApprove = complete && !doubtful && !unasked && details.every(hold => hold.me.may_approve && !hold.frozen_at)

  const send = async (verdict: Verdict) => {
    setCounting(false)
    setProblem('')
    setBusy(true)
    const items = details.map(hold => ({ hold: hold.id, digest: hold.shown_digest }))
    await run(() =>
      call<Together>('/api/console/holds/reviews', {
        method: 'POST',
        body: { verdict, items, ...(comment.trim() ? { comment: comment.trim() } : {}) },
        idempotencyKey: crypto.randomUUID(),
      }),
    ).then(
      ({ items: done }) =>
        setResults(
          Object.fromEntries(
            done.map(one => [one.hold, one.problem?.title ?? (verdict === 'approve' ? 'Approved' : 'Rejected')]),
          ),
        ),
      // Refused as a whole: nothing of it was decided.
      (error: Error) => setProblem(said(error).detail ?? said(error).title),
    )
    setBusy(false)
    void client.invalidateQueries({ queryKey: ['hold'] })
    void client.invalidateQueries({ queryKey: keys.me })
  }
  const approve = () => {
    if (details.some(isFinalAndIrreversible)) setCounting(true)
    else void send('approve')
  }
  const done = Object.keys(results).length > 0
  return (
    <Dialog
      wide
      open
      onOpenChange={open => {
        if (open) return
        onClose()
        if (done) onDone()
      }}
      title={`${holds.length} approvals of one class`}
      description="Each one is shown and decided on its own. Nothing that looks alike is approved with them."
      footer={
        counting ? (
          <TakeBack
            sentence={`${details.length} approvals`}
            onSend={() => void send('approve')}
            onTakeBack={() => setCounting(false)}
          />
        ) : done ? (
          <Button look="primary" onClick={onDone}>
            Done
          </Button>
        ) : (
          <>
            <p className="mr-auto max-w-sm text-ink-2 text-xs max-sm:basis-full">
              {doubtful
                ? 'One holds hidden characters: decide it on its own screen.'
                : unasked
                  ? 'One pays or names somebody that nobody asked for: decide it on its own screen.'
                  : complete
                    ? 'All arguments have been shown.'
                    : `Not shown to its end yet: ${unseen.length} of ${holds.length}.`}{' '}
              {!doubtful && !unasked && unseen.length > 0 && (
                <button
                  type="button"
                  className="min-h-6 font-medium text-accent underline underline-offset-2"
                  onClick={toUnseen}
                >
                  Show the next
                </button>
              )}
            </p>
            <Button
              look="deny"
              size="lg"
              className="max-sm:mr-auto"
              disabled={details.length === 0 || comment.trim() === ''}
              busy={busy}
              onClick={() => void send('reject')}
            >
              Reject {details.length}
            </Button>
            <Button look="allow" size="lg" disabled={!mayApprove} busy={busy} onClick={approve}>
              Approve {details.length}
            </Button>
          </>
        )
      }
    >
      <ul ref={list} className="flex flex-col gap-3">
        {details.length < holds.length && <Skeleton className="h-24 w-full" />}
        {details.map((hold, at) => (
          <ShownProvider key={hold.shown_digest + hold.id}>
            <Item hold={hold} place={`${at + 1} of ${holds.length}`} result={results[hold.id]} onShown={markShown} />
          </ShownProvider>
        ))}
      </ul>
      <FormProblem text={problem} />
      {dialog}
      {!done && (
        <div className="mt-4">
          <Field label="Comment" hint="The agent will read this. Needed to reject.">
            {bind => (
              <Input {...bind} value={comment} maxLength={2_000} onChange={event => setComment(event.target.value)} />
            )}
          </Field>
        </div>
      )}
    </Dialog>
  )
}
