'use client'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, SquareTerminal, TriangleAlert } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { Revealed } from '@/components/action/hostile-text'
import { call } from '@/components/data/client'
import { useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { FactsList } from '@/components/ui/facts-list'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import { useFreshSignIn } from './fresh-sign-in'

interface Asked {
  readonly user_code: string
  readonly machine: string
  readonly remote: string | null
  readonly same_address: boolean
  readonly scope: 'read' | 'decide'
  readonly days: number
  readonly created_at: string
}

const may = {
  read: 'See what you see here. It can decide and change nothing.',
  decide:
    'See what you see here; in your name approve what is plain, reject, pause agents, and propose changes. Not: approve what is risky or final, touch people or keys, or do anything that asks for your password again.',
}

function Title({ children }: { children: string }) {
  return (
    <h1 className="flex items-center gap-2.5 font-semibold text-2xl tracking-tight">
      <SquareTerminal className="size-6 text-ink-3" aria-hidden /> {children}
    </h1>
  )
}

/** Nothing is known yet: the code is typed as the terminal shows it. */
function CodeForm({ wrong, onCode }: { wrong: boolean; onCode: (code: string) => void }) {
  const [typed, setTyped] = useState('')
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        if (typed.trim() !== '') onCode(typed.trim())
      }}
    >
      <Title>Let a command line in</Title>
      <p className="text-ink-2">
        <code className="font-mono text-sm">holdpoint login</code> shows a code in your terminal. Type it here.
      </p>
      <Field
        label="Code"
        error={wrong ? 'That code is not valid, or not any more. Begin again in the terminal.' : undefined}
      >
        {bind => (
          <Input
            {...bind}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            maxLength={20}
            placeholder="BCDF-GHJK"
            className="font-mono uppercase tracking-widest"
            value={typed}
            onChange={event => setTyped(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" size="lg">
        Continue
      </Button>
    </form>
  )
}

function Ask({ asked, onDone }: { asked: Asked; onDone: (verdict: 'allow' | 'deny') => void }) {
  const me = useMe().data
  const fresh = useFreshSignIn()
  const path = `/api/console/device/${asked.user_code}`
  const answer = useSubmit(
    (verdict: 'allow' | 'deny') =>
      fresh.run(() => call(path, { method: 'POST', body: { verdict } })).then(() => verdict),
    onDone,
  )
  return (
    <div className="flex flex-col gap-5">
      <Title>Let this command line in?</Title>
      <div className="rounded-lg border bg-surface px-4 py-4 text-center">
        <p className="text-ink-2 text-sm">Your terminal must show exactly this code:</p>
        <p className="mt-1 font-mono font-semibold text-2xl tracking-widest">{asked.user_code}</p>
      </div>
      <FactsList
        columns={1}
        facts={[
          ['Machine', <Revealed key="machine" text={asked.machine} />],
          ['Address', asked.remote && <span className="font-mono text-sm">{asked.remote}</span>],
          ['Asked', <RelativeTime key="asked" at={asked.created_at} />],
          ['As', me && `${me.name} (${me.email})`],
          ['It may', may[asked.scope]],
          [
            'For',
            `${asked.days} ${asked.days === 1 ? 'day' : 'days'}, or until you end it under Settings, My sign-ins`,
          ],
        ]}
      />
      {!asked.same_address && (
        <p className="flex gap-2 rounded-md border border-held-line bg-held-soft px-3 py-2 text-held text-sm">
          <TriangleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>It was asked from another address than this browser’s.</span>
        </p>
      )}
      <p className="text-ink-2 text-sm">
        Did somebody send you here, or did you not begin this yourself? Then say no: they would act in your name.
      </p>
      <FormProblem text={answer.general} />
      <div className="flex gap-3 max-sm:flex-col">
        <Button look="primary" size="lg" busy={answer.busy} onClick={() => void answer.run('allow')}>
          Let it in
        </Button>
        <Button size="lg" disabled={answer.busy} onClick={() => void answer.run('deny')}>
          No
        </Button>
      </div>
      {fresh.dialog}
    </div>
  )
}

function Done({ verdict }: { verdict: 'allow' | 'deny' }) {
  const allowed = verdict === 'allow'
  const Icon = allowed ? CircleCheck : CircleX
  return (
    <div role="status" className="flex flex-col gap-3">
      <h1 className="flex items-center gap-2.5 font-semibold text-2xl tracking-tight">
        <Icon className={`size-6 ${allowed ? 'text-allowed' : 'text-denied'}`} aria-hidden />
        {allowed ? 'It is in' : 'It stays out'}
      </h1>
      <p className="text-ink-2">
        {allowed
          ? 'Go on in your terminal. You can end this at any time under Settings, My sign-ins.'
          : 'Nothing was given away. You can close this page.'}
      </p>
    </div>
  )
}

/** Where a command line is let in: what is asked and by which machine. To come here decides nothing. */
export function DevicePage() {
  const [code, setCode] = useState(useSearchParams().get('code') ?? '')
  const [done, setDone] = useState<'allow' | 'deny' | null>(null)
  const asked = useQuery({
    queryKey: ['device', code],
    queryFn: ({ signal }) => call<Asked>(`/api/console/device/${encodeURIComponent(code)}`, { signal }),
    enabled: code !== '' && done === null,
    retry: false,
    refetchInterval: false,
    refetchOnWindowFocus: false,
  })
  // Also asks the server whether anybody is signed in; if not, one comes back here afterwards.
  const me = useMe()
  if (done) return <Done verdict={done} />
  if (me.isPending || (code !== '' && asked.isPending)) {
    return (
      <div role="status" aria-label="Loading">
        <Skeleton className="h-64 w-full rounded-lg" />
      </div>
    )
  }
  if (asked.data) return <Ask asked={asked.data} onDone={setDone} />
  return <CodeForm wrong={asked.isError} onCode={setCode} />
}
