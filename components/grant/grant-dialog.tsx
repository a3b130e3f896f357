'use client'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { call, type Page, ProblemError, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import { type LineInput, lineOf, linesContract } from '@/lib/grant/contract'
import { constraintWords, lineWords } from '@/lib/grant/words'

/** What the form begins with. Lines are JSON, as agents send them. */
export interface Draft {
  readonly agent_id: string
  readonly reason: string
  readonly lines: string
}

const example = [
  {
    tool: 'pay_invoice',
    resource: { type: 'invoice', id: 'INV-2026-*' },
    params: { recipient: { equals: 'DE89…' }, amount: { at_most: '100' } },
    count: 20,
    amount: { value: '1000', currency: 'EUR' },
  },
]
export const emptyDraft: Draft = { agent_id: '', reason: '', lines: JSON.stringify(example, null, 2) }

const lives = [
  { value: '3600', label: 'One hour' },
  { value: '86400', label: 'One day' },
  { value: '604800', label: 'One week' },
  { value: '2592000', label: '30 days' },
]
const sorts = [
  { value: 'standing', label: 'Standing approval' },
  { value: 'break_glass', label: 'Break the glass (at most one hour, everybody is told)' },
]

function readLines(text: string): { lines: readonly LineInput[] } | { problem: string } {
  try {
    const read = linesContract.safeParse(JSON.parse(text))
    if (read.success) return { lines: read.data }
    const [first] = read.error.issues
    return { problem: first ? `${first.path.join('.')}: ${first.message}` : 'Not lines' }
  } catch {
    return { problem: 'This is not JSON yet.' }
  }
}

/** Makes one deliberately: what, how often, how long, why. Nothing counts until others agree. */
export function GrantDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const router = useRouter()
  const [agent, setAgent] = useState(draft.agent_id)
  const [kind, setKind] = useState('standing')
  const [life, setLife] = useState('86400')
  const [reason, setReason] = useState(draft.reason)
  const [text, setText] = useState(draft.lines)
  const agents = useQuery({
    queryKey: keys.list('agent', { for: 'picker' }),
    queryFn: ({ signal }) => call<Page<Named>>(`/api/console/agents${query({ limit: 200 })}`, { signal }),
  })
  const read = readLines(text)
  const send = useSubmit(
    (body: object) => call<{ id: string; hold_id: string }>('/api/console/grants', { method: 'POST', body }),
    made => {
      toast('Proposed', { description: 'It counts once somebody else agrees.' })
      router.push(`/approvals/${made.hold_id}`)
    },
  )
  const errors = send.error instanceof ProblemError ? (send.error.problem.errors ?? []) : []
  const ready = agent !== '' && reason.trim() !== '' && 'lines' in read
  const seconds = kind === 'break_glass' ? Math.min(3_600, Number(life)) : Number(life)
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title="Propose a standing approval"
      description="One exact class of action, so often, for so long. Every parameter is named; no wildcards, no shells."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            disabled={!ready}
            busy={send.busy}
            onClick={() =>
              void send.run({
                agent_id: agent,
                kind,
                reason: reason.trim(),
                expires_in_seconds: seconds,
                lines: 'lines' in read ? read.lines : [],
              })
            }
          >
            Propose
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label="Agent">
            {({ id }) => (
              <Select
                id={id}
                value={agent}
                onChange={setAgent}
                placeholder="Choose an agent"
                choices={(agents.data?.items ?? []).map(one => ({ value: one.id, label: one.name }))}
              />
            )}
          </Field>
          <Field label="Kind">{({ id }) => <Select id={id} value={kind} onChange={setKind} choices={sorts} />}</Field>
          <Field label="For">{({ id }) => <Select id={id} value={life} onChange={setLife} choices={lives} />}</Field>
        </div>
        <Field label="Reason" hint="Whoever agrees reads this; it is on record.">
          {bind => <Input {...bind} value={reason} maxLength={500} onChange={event => setReason(event.target.value)} />}
        </Field>
        <Field
          label="What it covers"
          hint="Parameters: equals, one_of, at_most, prefix or max_length. An id that ends in * is everything that begins so."
          error={'problem' in read ? read.problem : undefined}
        >
          {bind => (
            <Textarea
              {...bind}
              rows={10}
              spellCheck={false}
              className="font-mono text-xs"
              value={text}
              onChange={event => setText(event.target.value)}
            />
          )}
        </Field>
        {'lines' in read && (
          <div className="rounded-md border bg-sunken px-4 py-3 text-sm" aria-live="polite">
            <p className="mb-1 text-ink-3 text-xs">In words, for {Math.round(seconds / 3_600)} hours</p>
            <ul className="flex flex-col gap-1.5">
              {read.lines.map(input => (
                <li key={JSON.stringify(input)} className="[overflow-wrap:anywhere]">
                  <bdi>{lineWords(lineOf(input, null, input.environment ?? 'production'))}</bdi>
                  <span className="text-ink-2">
                    {Object.entries(input.params ?? {}).map(([name, one]) => `; ${name} ${constraintWords(one)}`)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        <FormProblem text={send.general} />
        {errors.length > 0 && (
          <ul role="alert" className="list-disc pl-5 text-denied text-sm">
            {errors.map(error => (
              <li key={error.pointer + error.message}>
                <code className="font-mono text-xs">{error.pointer}</code> {error.message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  )
}
