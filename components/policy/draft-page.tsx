'use client'
import { FilePlus2, FlaskConical, Send, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { LineDiff } from '@/components/ui/line-diff'
import { PageHeader } from '@/components/ui/page-header'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { toast } from '@/components/ui/toast'
import { CedarEditor, type Editor } from './cedar-editor'
import { DraftSteps } from './draft-steps'
import {
  type Draft,
  deleteDraft,
  type InForce,
  proposeDraft,
  saveDraft,
  useDraft,
  useInForce,
  usePolicyCheck,
} from './drafts'
import { FaultList } from './fault-list'

/** Waits until nobody has typed for a moment. */
function useRested(text: string, milliseconds = 400): string {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), milliseconds)
    return () => clearTimeout(timer)
  }, [text, milliseconds])
  return rested
}

/** A draft as one writes in it: the text, its faults, what differs from what is in force, and the verbs. */
function Writing({ draft, inForce }: { draft: Draft; inForce: InForce }) {
  const router = useRouter()
  const may = useMay('policy.propose')
  const [source, setSource] = useState(draft.source)
  const [base, setBase] = useState(draft)
  const [asking, setAsking] = useState<'propose' | 'delete' | null>(null)
  const editor = useRef<Editor>(null)
  const check = usePolicyCheck(useRested(source))
  const shown = useDeferredValue(source)
  const dirty = source !== base.source
  const changed = shown.trim() !== inForce.source.trim()
  const behind = base.based_on !== inForce.version
  const elsewhere = draft.etag !== base.etag && draft.source !== base.source
  const faults = check.data?.faults ?? []
  const save = useSubmit(
    (patch: { source?: string; based_on?: number }) => saveDraft(base, patch),
    saved => {
      setBase(saved)
      toast('Saved')
    },
  )
  const propose = useSubmit(
    async (note: string) => proposeDraft(dirty ? await saveDraft(base, { source }).then(keep) : base, note),
    ({ hold_id }) => {
      toast('Proposed: a second person decides')
      router.push(`/approvals/${hold_id}`)
    },
  )
  const remove = useSubmit(
    () => deleteDraft(base),
    () => {
      toast('Thrown away')
      router.push('/policies')
    },
  )
  function keep(saved: Draft): Draft {
    setBase(saved)
    return saved
  }
  /** What is written is saved first: the pages that a draft leads to read it anew. */
  async function leaveFor(href: string): Promise<void> {
    if (!dirty || (await save.run({ source }))) router.push(href)
  }
  const verbs = may && (
    <>
      <Button onClick={() => void leaveFor(`/policies/new?draft=${draft.id}`)} busy={save.busy}>
        <FilePlus2 aria-hidden /> Add from a template
      </Button>
      <Button onClick={() => void leaveFor(`/policies/proof?draft=${draft.id}`)} busy={save.busy}>
        <FlaskConical aria-hidden /> Prove it
      </Button>
      <Button onClick={() => void save.run({ source })} disabled={!dirty} busy={save.busy}>
        Save
      </Button>
      <Button
        look="primary"
        onClick={() => setAsking('propose')}
        disabled={check.data?.ok !== true || !changed || behind || source.trim() === ''}
      >
        <Send aria-hidden /> Propose…
      </Button>
    </>
  )
  return (
    <>
      <PageHeader
        above={
          <Link href="/policies" className="underline underline-offset-2">
            Policies
          </Link>
        }
        title={draft.title}
        about={
          <>
            A draft decides nothing. It began from version {base.based_on}; {draft.updated_by.name ?? 'somebody'} wrote
            in it <RelativeTime at={draft.updated_at} />.
          </>
        }
        actions={verbs}
      />
      <DraftSteps draft={draft} dirty={dirty} ok={check.data?.ok ?? null} />
      {elsewhere && (
        <FormProblem text="Somebody else has saved this draft since you opened it. Copy what you have, and load the page again." />
      )}
      {behind && (
        <div className="flex flex-wrap items-center gap-3 rounded-md border border-held-line bg-held-soft px-3 py-2 text-held text-sm">
          <span className="min-w-0 flex-1">
            Version {inForce.version} has come into force since. Look at the differences below, take in what is missing,
            and say so.
          </span>
          <Button size="sm" onClick={() => void save.run({ source, based_on: inForce.version })} busy={save.busy}>
            I have seen version {inForce.version}
          </Button>
        </div>
      )}
      <FormProblem text={save.general} />
      <CedarEditor
        ref={editor}
        label="Policy in Cedar"
        source={source}
        faults={faults}
        readOnly={!may}
        onChange={setSource}
      />
      <FaultList check={check.data ?? null} onGo={(line, column) => editor.current?.goTo(line, column)} />
      <Section title={`What differs from version ${inForce.version}`}>
        {changed ? (
          <div className="py-2">
            <LineDiff before={inForce.source} after={shown} show={line => line} />
          </div>
        ) : (
          <p className="px-4 py-3 text-ink-2 text-sm">Nothing yet.</p>
        )}
      </Section>
      {may && (
        <div>
          <Button look="quiet" onClick={() => setAsking('delete')}>
            <Trash2 aria-hidden /> Throw this draft away…
          </Button>
        </div>
      )}
      {asking === 'propose' && (
        <ReasonDialog
          title="Propose this policy"
          description="A second person who wrote none of it decides. Until then, what is in force stays. Say what changes, and why: they read this first."
          verb="Propose"
          busy={propose.busy}
          problem={propose.error?.message ?? ''}
          onSend={note => void propose.run(note)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'delete' && (
        <ReasonDialog
          title="Throw this draft away?"
          description="What has been proposed of it stays."
          verb="Throw away"
          look="deny"
          withoutReason
          busy={remove.busy}
          problem={remove.error?.message ?? ''}
          onSend={() => void remove.run()}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  )
}

/** One draft of policy: draft, checked, proposed, published. */
export function DraftPage({ id }: { id: string }) {
  const draft = useDraft(id)
  const inForce = useInForce()
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4">
      <Answer query={draft} page="draft">
        {found => <Answer query={inForce}>{now => <Writing draft={found} inForce={now} />}</Answer>}
      </Answer>
    </div>
  )
}
