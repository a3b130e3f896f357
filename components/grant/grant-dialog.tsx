'use client'
import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { AgentItem } from '@/components/agent/agents'
import { said } from '@/components/data/answer'
import { call, ProblemError } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Dialog } from '@/components/ui/dialog'
import { ErrorState } from '@/components/ui/error-state'
import { FormProblem } from '@/components/ui/form-problem'
import { SkeletonRows } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { mostLines } from '@/lib/grant/grant'
import { draftOf, errorAt, readDraft, type Seed } from './grant-draft'
import { GrantPreview, usePreview } from './grant-preview'
import { GrantTerms } from './grant-terms'
import { GrantWords } from './grant-words'
import { emptyLine } from './line-draft'
import { LineForm } from './line-form'
import { type PickedTool, usePickedAgents, usePickedTools } from './tool-choices'

/** Makes one deliberately: what, how often, how long, why. Nothing counts until others agree. */
export function GrantDialog({ seed, notice, onClose }: { seed: Seed; notice?: string; onClose: () => void }) {
  const [tools, agents] = [usePickedTools(), usePickedAgents()]
  const [busy, setBusy] = useState(false)
  const failed = tools.error ?? agents.error
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title="Propose a standing approval"
      description="One exact class of action, so often, for so long. It counts once somebody else agrees."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form="grant" busy={busy} disabled={!tools.data || !agents.data}>
            Propose
          </Button>
        </>
      }
    >
      {notice && <p className="mb-4 rounded-md border bg-sunken px-3 py-2 text-ink-2 text-sm">{notice}</p>}
      {tools.data && agents.data ? (
        <GrantForm seed={seed} tools={tools.data} agents={agents.data} onBusy={setBusy} />
      ) : failed ? (
        <ErrorState {...said(failed)} onRetry={() => void Promise.all([tools.refetch(), agents.refetch()])} />
      ) : (
        <SkeletonRows />
      )}
    </Dialog>
  )
}

function GrantForm({
  seed,
  tools,
  agents,
  onBusy,
}: {
  seed: Seed
  tools: readonly PickedTool[]
  agents: readonly AgentItem[]
  onBusy: (busy: boolean) => void
}) {
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  const known = useMemo(() => new Map(tools.map(({ tool }) => [tool.name, tool])), [tools])
  const [draft, setDraft] = useState(() => draftOf(seed, known))
  const [next, setNext] = useState(draft.lines.length)
  const [tried, setTried] = useState(0)
  const registered = agents.find(one => one.id === draft.agent_id)?.environment ?? 'production'
  const read = readDraft(draft, known, registered)
  // What it would have covered says nothing of why: it is looked up while the reason is still missing.
  const good = read.missing.every(one => one.pointer === '/reason') && read.problems.length === 0
  const preview = usePreview(good ? { ...read.body, reason: 'Looked back at.' } : null)
  const send = useSubmit(
    (body: object) => call<{ hold_id: string }>('/api/console/grants', { method: 'POST', body }),
    made => {
      toast('Proposed', { description: 'It counts once somebody else agrees.' })
      router.push(`/approvals/${made.hold_id}`)
    },
  )
  const refused = send.error instanceof ProblemError ? (send.error.problem.errors ?? []) : []
  const errors = [...(tried > 0 ? read.missing : []), ...read.problems, ...refused, ...(preview.problem?.errors ?? [])]
  const at = (pointer: string) => errorAt(errors, pointer)
  const shown = new Set(
    errors.filter(one => /^\/(lines\/\d+\/|agent_id|reason|expires|session|task)/.test(one.pointer)),
  )
  // Nobody proposes what they were not shown: the verb waits for the look back.
  const busy = send.busy || (good && !preview.current)
  useEffect(() => onBusy(busy), [onBusy, busy])
  useEffect(() => {
    const first = tried > 0 ? form.current?.querySelector('[aria-invalid]') : null
    if (first instanceof HTMLElement) first.focus()
  }, [tried])
  const setLine = (at: number, line: (typeof draft.lines)[number] | null) =>
    setDraft({ ...draft, lines: draft.lines.flatMap((one, n) => (n === at ? (line ?? []) : one)) })
  return (
    <form
      id="grant"
      ref={form}
      noValidate
      className="flex flex-col gap-5"
      onSubmit={event => {
        event.preventDefault()
        if (read.missing.length + read.problems.length > 0) setTried(tried + 1)
        else if (!busy) void send.run(read.body)
      }}
    >
      <GrantTerms draft={draft} agents={agents} at={at} onChange={setDraft} />
      {draft.lines.map((line, n) => (
        <LineForm
          key={line.key}
          line={line}
          title={draft.lines.length > 1 ? `What it covers, ${n + 1} of ${draft.lines.length}` : 'What it covers'}
          tools={tools}
          tool={known.get(line.tool)}
          registered={registered}
          at={pointer => at(`/lines/${n}${pointer}`)}
          onChange={changed => setLine(n, changed)}
          onRemove={draft.lines.length > 1 ? () => setLine(n, null) : undefined}
        />
      ))}
      {draft.lines.length < mostLines && (
        <Button
          size="sm"
          className="-mt-2 self-start"
          onClick={() => {
            setDraft({ ...draft, lines: [...draft.lines, emptyLine(next)] })
            setNext(next + 1)
          }}
        >
          <Plus aria-hidden /> Another class of action
        </Button>
      )}
      {good && <GrantWords lines={read.lines} tools={known} registered={registered} />}
      <GrantPreview preview={preview} waits={!good} />
      {good && (
        <details className="text-sm">
          <summary className="cursor-default text-ink-2 text-xs">As agents send it</summary>
          <div className="mt-2">
            <CodeBlock label="the lines" text={JSON.stringify(read.lines, null, 2)} />
          </div>
        </details>
      )}
      <FormProblem text={send.general} />
      {errors.some(one => !shown.has(one)) && (
        <FormProblem
          text={errors.flatMap(one => (shown.has(one) ? [] : `${one.pointer}: ${one.message}`)).join('\n')}
        />
      )}
    </form>
  )
}
