'use client'
import { useQuery } from '@tanstack/react-query'
import { Ban, Check, ChevronRight, Hand, type LucideIcon, PencilLine, Plus } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { type Named, useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Badge, type Tone } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { timeLeft } from '@/components/ui/ring'
import { DraftList } from './draft-list'
import { createDraft } from './drafts'
import { PolicyVersions } from './versions'

interface Rule {
  readonly id: string
  /** The number of the rule that this is a part of. */
  readonly rule?: string
  readonly effect: 'permit' | 'hold' | 'forbid'
  readonly sentence: string
  readonly approval: { readonly requirement: string; readonly timeout_seconds: number | null } | null
  readonly cedar: string
}

interface Policy {
  readonly version: number
  readonly published_at: string
  readonly published_by: Named | null
  readonly source: string
  readonly rules: readonly Rule[]
  readonly pending_hold_id: string | null
}

const effects: Record<Rule['effect'], { tone: Tone; icon: LucideIcon; word: string }> = {
  permit: { tone: 'allowed', icon: Check, word: 'Allows' },
  hold: { tone: 'held', icon: Hand, word: 'Asks' },
  forbid: { tone: 'denied', icon: Ban, word: 'Denies' },
}

/** The numbered rules in their order, then the others. */
function byNumber(a: Rule, b: Rule): number {
  return (Number(a.rule) || 99) - (Number(b.rule) || 99)
}

function RuleLine({ rule }: { rule: Rule }) {
  const effect = effects[rule.effect]
  return (
    <li>
      <details className="group">
        <summary className="flex list-none items-start gap-x-3 gap-y-1.5 px-4 py-3 max-sm:flex-wrap hover:bg-sunken/70 focus-visible:-outline-offset-2">
          <span className="num w-5 shrink-0 pt-px text-right text-ink-3 text-sm">{rule.rule}</span>
          <span className="w-20 shrink-0 pt-px">
            <Badge tone={effect.tone} icon={effect.icon}>
              {effect.word}
            </Badge>
          </span>
          <span className="min-w-0 flex-1 max-sm:order-last max-sm:basis-full">
            {rule.sentence}
            {rule.approval && (
              <span className="block text-ink-3 text-xs">
                {rule.approval.requirement}
                {rule.approval.timeout_seconds && `, within ${timeLeft(rule.approval.timeout_seconds * 1_000)}`}
              </span>
            )}
          </span>
          <code className="font-mono text-ink-3 text-xs max-sm:min-w-0 max-sm:flex-1 max-sm:truncate max-sm:pt-0.5 max-sm:text-right">
            {rule.id}
          </code>
          <ChevronRight
            className="mt-0.5 size-4 shrink-0 text-ink-3 transition-transform duration-100 group-open:rotate-90"
            aria-hidden
          />
        </summary>
        {rule.cedar && (
          <pre className="whitespace-pre-wrap border-t bg-sunken [overflow-wrap:anywhere] px-4 py-3 font-mono text-ink-2 text-xs leading-5">
            {rule.cedar}
          </pre>
        )}
      </details>
    </li>
  )
}

/** The policy in force, as sentences; the Cedar behind each is one press away. */
export function PoliciesPage() {
  const may = useMay('policy.propose')
  const router = useRouter()
  const begin = useSubmit(
    (title: string) => createDraft(title),
    draft => router.push(`/policies/drafts/${draft.id}`),
  )
  const policy = useQuery({
    queryKey: keys.one('policy', 'current'),
    queryFn: ({ signal }) => call<Policy>('/api/console/policy', { signal }),
  })
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4">
      <PageHeader
        title="Policies"
        about="These rules decide every action. A denial wins over an ask, an ask over an allowance; what no rule allows is denied."
        actions={
          may &&
          policy.data && (
            <>
              <ButtonLink href="/policies/approvals">Approvals</ButtonLink>
              <ButtonLink href="/policies/proof">Proof</ButtonLink>
              <Button onClick={() => void begin.run(`From version ${policy.data.version}`)} busy={begin.busy}>
                <PencilLine aria-hidden /> Write in Cedar
              </Button>
              <ButtonLink look="primary" href="/policies/new">
                <Plus aria-hidden /> New rule from a template
              </ButtonLink>
            </>
          )
        }
      />
      <FormProblem text={begin.general} />
      <Answer query={policy}>
        {found => (
          <>
            <p className="flex flex-wrap items-center gap-2 text-ink-2 text-sm">
              <Badge tone="accent">Version {found.version}</Badge>
              <span>
                in force since <RelativeTime at={found.published_at} />
                {found.published_by && `, published by ${found.published_by.name}`}
              </span>
              {found.pending_hold_id && (
                <Link
                  href={`/approvals/${found.pending_hold_id}`}
                  className="font-medium text-held underline underline-offset-2"
                >
                  A change waits for a second person
                </Link>
              )}
            </p>
            <ol className="divide-y overflow-hidden rounded-lg border bg-surface">
              {[...found.rules].sort(byNumber).map(rule => (
                <RuleLine key={rule.id} rule={rule} />
              ))}
            </ol>
            <p className="text-ink-3 text-xs">Rules are changed by proposing a change that a second person approves.</p>
            <DraftList />
            <PolicyVersions current={found.version} />
          </>
        )}
      </Answer>
    </div>
  )
}
