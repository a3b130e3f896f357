'use client'
import { CornerDownRight, Link2 } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { CallArguments } from '@/components/hold/call-arguments'
import { ExactArguments } from '@/components/hold/exact-arguments'
import { RiskBadge } from '@/components/hold/risk-badge'
import { Title } from '@/components/hold/title'
import { Badge } from '@/components/ui/badge'
import { RelativeTime } from '@/components/ui/relative-time'
import { Table, Td, Th } from '@/components/ui/table'
import { type PlanShown, planShown } from '@/lib/plan/contract'

type Step = PlanShown['steps'][number]

const steps = (numbers: readonly number[]) => `${numbers.length === 1 ? 'step' : 'steps'} ${numbers.join(', ')}`
const people = (n: number) => (n === 0 ? 'No one' : n === 1 ? '1 person' : `${n} people`)

function OneStep({ step, riskiest }: { step: Step; riskiest: boolean }) {
  return (
    <li className="flex gap-3 border-t px-4 py-3 first:border-t-0">
      <span
        aria-hidden
        className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-full border font-medium text-ink-2 text-xs"
      >
        {step.n}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="sr-only">Step {step.n}:</span>
          <span className="min-w-0 font-medium">
            <Title text={step.title} />
          </span>
          {riskiest && <Badge tone="held">Riskiest step</Badge>}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2 text-sm">
          <RiskBadge risk={{ level: step.risk, reasons: step.reasons }} />
          <span className="min-w-0">{step.reasons.join(' · ')}</span>
        </p>
        {step.after.length > 0 && (
          <p className="flex items-center gap-1.5 text-ink-2 text-sm">
            <CornerDownRight className="size-3.5" aria-hidden /> Uses what {steps(step.after)} gave
          </p>
        )}
        {step.resource && <CallArguments params={step.resource} path={`/change/${step.n}/resource`} meanings={{}} />}
        <CallArguments params={step.params} path={`/change/${step.n}/params`} meanings={step.meanings} />
        <div className="-mx-4 sm:-mb-2">
          <ExactArguments
            params={step.params}
            secrets={Object.entries(step.params).some(
              ([name, value]) => step.meanings[name] === 'secret' && value !== '',
            )}
            of={`step ${step.n}`}
          />
        </div>
      </div>
    </li>
  )
}

/** A chain of actions that is asked for as one: each step, what it uses of the others, and the riskiest. */
export function PlanChain({ shown }: { shown: unknown }) {
  const read = planShown.safeParse(shown)
  if (!read.success) return <p className="px-4 py-3 text-ink-2">The content was erased. Its digest stays.</p>
  const plan = read.data
  return (
    <div>
      <div className="flex flex-col gap-1 border-b px-4 py-3 text-sm">
        <p className="text-ink-2">
          <Link2 className="mr-1.5 inline size-3.5" aria-hidden />
          {plan.steps.length === 1 ? '1 step' : `${plan.steps.length} steps`}, each once, in this order, exactly as
          shown
          {plan.session && (
            <>
              , in session <Revealed text={plan.session} />
            </>
          )}
          . Over <RelativeTime at={plan.expires_at} />
        </p>
      </div>
      <ol aria-label="Steps">
        {plan.steps.map(step => (
          <OneStep key={step.n} step={step} riskiest={step.n === plan.riskiest && plan.steps.length > 1} />
        ))}
      </ol>
      {plan.steps.length > 1 && (
        <div className="border-t px-4 py-3">
          <h3 className="mb-1.5 text-ink-3 text-xs">The chain in one table</h3>
          <Table label="The chain in one table">
            <thead>
              <tr>
                <Th>Step</Th>
                <Th>Tool</Th>
                <Th>Does</Th>
                <Th>Uses</Th>
                <Th>Alone it would ask</Th>
              </tr>
            </thead>
            <tbody>
              {plan.steps.map(step => (
                <tr key={step.n} className="border-t">
                  <Td>{step.n}</Td>
                  <Td className="min-w-36 font-mono text-xs">
                    <Revealed text={step.tool} />
                  </Td>
                  <Td>{step.operation}</Td>
                  <Td>{step.after.length > 0 ? steps(step.after) : 'nothing'}</Td>
                  <Td>{people(step.approvals)}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </div>
      )}
    </div>
  )
}
