'use client'
import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input, Textarea } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import { type ApprovalPolicyItem, propose, useCheck } from './approval-policies'
import { draftOf, emptyPolicy, emptyStage, isName, type PolicyDraft, readDraft, stagesIn, textOf } from './policy-draft'
import { StageField } from './stage-field'
import { WhoCould } from './who-could'

/** Writes an approval policy: it is in force once somebody else agrees. `before`: the one that is changed; null: a new one. */
export function PolicyDialog({ before, onClose }: { before: ApprovalPolicyItem | null; onClose: () => void }) {
  const router = useRouter()
  const [draft, setDraft] = useState<PolicyDraft>(() => (before ? draftOf(before) : emptyPolicy()))
  const [tried, setTried] = useState(false)
  const teams = useList<Named>('team', 'teams', { limit: 200 }).data?.items ?? []
  const members = useList<Named & { status: string }>('member', 'members', { limit: 200 }).data?.items ?? []
  const picked = { teams, people: members.filter(one => one.status === 'active') }
  const { body, missing } = readDraft(draft)
  const checked = useCheck(missing.length === 0 ? body : null)
  const send = useSubmit(
    () => propose(draft.name, { ...body, note: draft.note, based_on: before?.version ?? 0 }),
    made => {
      toast('Proposed', { description: 'It is in force once somebody else agrees.' })
      router.push(`/approvals/${made.hold_id}`)
    },
  )
  const written = draft.json === null ? null : stagesIn(draft.json)
  const set = (more: Partial<PolicyDraft>) => setDraft({ ...draft, ...more })
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title={before ? `Change ${before.title}` : 'Add an approval policy'}
      description="Who must agree, stage by stage. Rules name it; it is in force once a second person agrees."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            type="submit"
            form="approval-policy"
            busy={send.busy}
            disabled={missing.length === 0 && checked.data?.possible === false}
          >
            Propose
          </Button>
        </>
      }
    >
      <form
        id="approval-policy"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          setTried(true)
          if (missing.length === 0) void send.run()
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label="Title"
            hint="What people read where it is asked for."
            error={tried && draft.title.trim() === '' ? 'It needs a title.' : undefined}
          >
            {bind => <Input {...bind} value={draft.title} onChange={event => set({ title: event.target.value })} />}
          </Field>
          <Field
            label="Name in rules"
            hint="As rules say it: @requirement(&quot;two-teams&quot;)"
            error={tried && !isName(draft.name) ? 'Lower-case letters, digits and dashes.' : undefined}
          >
            {bind => (
              <Input
                {...bind}
                className="font-mono"
                value={draft.name}
                readOnly={before !== null}
                placeholder="two-teams"
                onChange={event => set({ name: event.target.value })}
              />
            )}
          </Field>
        </div>
        {draft.json === null ? (
          <>
            {draft.stages.map((stage, at) => (
              <StageField
                key={stage.key}
                stage={stage}
                at={at}
                tried={tried}
                picked={picked}
                onChange={to => set({ stages: draft.stages.map((one, n) => (n === at ? to : one)) })}
                onRemove={
                  draft.stages.length > 1 ? () => set({ stages: draft.stages.filter((_, n) => n !== at) }) : undefined
                }
              />
            ))}
            {draft.stages.length < 5 && (
              <Button size="sm" className="self-start" onClick={() => set({ stages: [...draft.stages, emptyStage()] })}>
                <Plus aria-hidden /> Another stage, after these
              </Button>
            )}
          </>
        ) : (
          <Field label="Stages, as JSON" hint="As the API takes them.">
            {bind => (
              <Textarea
                {...bind}
                rows={14}
                className="font-mono"
                value={draft.json ?? ''}
                onChange={event => set({ json: event.target.value })}
              />
            )}
          </Field>
        )}
        <Button
          size="sm"
          look="quiet"
          className="self-start"
          disabled={draft.json !== null && written === null}
          onClick={() =>
            set(draft.json === null ? { json: textOf(draft.stages) } : { json: null, stages: written ?? draft.stages })
          }
        >
          {draft.json === null ? 'Write the stages as JSON' : 'Back to the form'}
        </Button>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Rejects that end it" hint="1: the first no is the end.">
            {bind => (
              <Input
                {...bind}
                inputMode="numeric"
                value={draft.rejects}
                onChange={event => set({ rejects: event.target.value })}
              />
            )}
          </Field>
          <Field label="Why" optional hint="Whoever agrees to it reads this.">
            {bind => <Input {...bind} value={draft.note} onChange={event => set({ note: event.target.value })} />}
          </Field>
        </div>
        {missing.length === 0 && checked.data && <WhoCould checked={checked.data} />}
        {tried && missing.length > 0 && <FormProblem text={`Still missing:\n${missing.join('\n')}`} />}
        <FormProblem text={send.general && (send.error?.message ?? send.general)} />
      </form>
    </Dialog>
  )
}
