'use client'
import { useState } from 'react'
import { Revealed } from '@/components/action/hostile-text'
import { useMe } from '@/components/data/me'
import { WhatIsSigned } from '@/components/passkey/what-is-signed'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { HoldDetail } from './hold'
import { type Decision, digestShown } from './use-decision'
import { whenPressed } from './when-pressed'

type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }

function write(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** Reads a field back as the type that the agent sent. A number stays one; a structure must be JSON. */
function read(text: string, before: unknown): Read {
  if (typeof before === 'string') return { ok: true, value: text }
  if (typeof before === 'number') {
    const number = Number(text.trim())
    if (text.trim() === '' || !Number.isFinite(number)) return { ok: false, why: 'Write a number.' }
    if (Number.isInteger(number) && !Number.isSafeInteger(number)) return { ok: false, why: 'Too large to be exact.' }
    return { ok: true, value: number }
  }
  try {
    const value: unknown = JSON.parse(text)
    return { ok: true, value }
  } catch {
    return { ok: false, why: 'This is not JSON.' }
  }
}

/** Approving with changes: the arguments as fields, and in plain sight what would be different. */
export function EditForm({ hold, decision, ready }: { hold: HoldDetail; decision: Decision; ready: boolean }) {
  const me = useMe().data
  const before = hold.action?.params ?? {}
  const names = Object.keys(before)
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(names.map(name => [name, write(before[name])])),
  )
  const reads = names.map(name => ({ name, got: read(texts[name] ?? '', before[name]) }))
  const changed = reads.filter(({ name, got }) => got.ok && JSON.stringify(got.value) !== JSON.stringify(before[name]))
  const wrong = reads.some(({ got }) => !got.ok)
  const params = Object.fromEntries(reads.map(({ name, got }) => [name, got.ok ? got.value : before[name]]))
  const submit = () => {
    if (wrong || changed.length === 0 || !ready) return
    decision.submit({ verdict: 'approve', params })
  }
  return (
    <form
      aria-label="Approve with changes"
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <p className="text-ink-2 text-sm">
        You may only narrow it: a smaller amount, fewer people, less. The agent executes exactly what you leave here.
        {hold.approvals.received > 0 && ' Approvals given so far were for other arguments and become void.'}
      </p>
      {reads.map(({ name, got }) => {
        const value = before[name]
        const text = texts[name] ?? ''
        const set = (next: string) => setTexts({ ...texts, [name]: next })
        return (
          <Field
            key={name}
            label={
              <code className="font-mono text-xs">
                <Revealed text={name} />
              </code>
            }
            error={got.ok ? undefined : got.why}
          >
            {bind =>
              typeof value === 'boolean' ? (
                <Select
                  id={bind.id}
                  value={text}
                  onChange={set}
                  choices={['true', 'false'].map(one => ({ value: one, label: one }))}
                />
              ) : typeof value === 'object' || text.length > 80 || text.includes('\n') ? (
                <Textarea
                  {...bind}
                  value={text}
                  rows={4}
                  className="font-mono"
                  onChange={event => set(event.target.value)}
                />
              ) : (
                <Input
                  {...bind}
                  value={text}
                  inputMode={typeof value === 'number' ? 'decimal' : undefined}
                  className="font-mono"
                  onChange={event => set(event.target.value)}
                />
              )
            }
          </Field>
        )
      })}
      {changed.length > 0 && (
        <ul aria-label="What changes" className="flex flex-col gap-1 rounded-md border bg-sunken px-3 py-2 text-sm">
          {changed.map(({ name, got }) => (
            <li key={name} className="[overflow-wrap:anywhere]">
              <code className="font-mono text-ink-3 text-xs">
                <Revealed text={name} />
              </code>{' '}
              <del className="text-denied">
                <Revealed text={write(before[name])} />
              </del>{' '}
              → <ins className="text-allowed no-underline">{got.ok && <Revealed text={write(got.value)} />}</ins>
            </li>
          ))}
        </ul>
      )}
      {hold.me.countersign && !wrong && changed.length > 0 && (
        <WhatIsSigned changed hold={hold.id} digest={digestShown(hold, params)} me={me?.name ?? ''} />
      )}
      {hold.me.countersign && (
        <p className="text-ink-2 text-xs">
          {changed.length === 0 ? 'Change something first; then your passkey is asked for.' : whenPressed(hold)}
        </p>
      )}
      <div className="flex gap-2">
        <Button
          type="submit"
          look="allow"
          size="lg"
          className="flex-1"
          disabled={wrong || changed.length === 0 || !ready}
          busy={decision.busy}
        >
          Approve with {changed.length === 1 ? 'this change' : 'these changes'}
        </Button>
        <Button size="lg" look="quiet" onClick={() => decision.setMode('rest')}>
          Back
        </Button>
      </div>
    </form>
  )
}
