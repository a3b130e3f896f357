'use client'
import { useQuery } from '@tanstack/react-query'
import { Check, Download, ListChecks, Play, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { call, type Page } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button, buttonClass } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FormProblem } from '@/components/ui/form-problem'
import { Section } from '@/components/ui/section'
import { CaseDialog, type PolicyCase } from './proof-case-dialog'
import { Effect } from './proof-effect'
import { ImportCases } from './proof-import'

interface Run {
  readonly total: number
  readonly passed: number
  readonly results: readonly {
    readonly name: string
    readonly pass: boolean
    readonly want: string
    readonly got: string
    readonly rules: readonly string[]
  }[]
}

/** What every proposed policy must still decide: the cases, run against a text. */
export function CasesPanel({ source }: { source: string }) {
  const may = useMay('policy.propose')
  const [shown, setShown] = useState<PolicyCase | 'new' | null>(null)
  const [ran, setRan] = useState<{ of: string; run: Run } | null>(null)
  const cases = useQuery({
    queryKey: keys.part('policy', 'proof', 'cases'),
    queryFn: ({ signal }) => call<Page<PolicyCase>>('/api/console/policy/cases', { signal }),
  })
  const run = useSubmit(
    () => call<Run>('/api/console/policy/cases/run', { method: 'POST', body: { source } }),
    found => setRan({ of: source, run: found }),
  )
  const results = ran?.of === source ? ran.run : null
  return (
    <Section
      title="Cases"
      aside={
        may && (
          <span className="flex flex-wrap items-center gap-2">
            {results && (
              <Badge
                tone={results.passed === results.total ? 'allowed' : 'denied'}
                icon={results.passed === results.total ? Check : X}
              >
                {results.passed} of {results.total} pass
              </Badge>
            )}
            <a
              href="/api/console/policy/cases/export"
              download="policy-cases.json"
              className={buttonClass('quiet', 'sm')}
            >
              <Download aria-hidden /> Export
            </a>
            <ImportCases />
            <Button size="sm" onClick={() => setShown('new')}>
              <Plus aria-hidden /> Case…
            </Button>
            <Button size="sm" busy={run.busy} onClick={() => void run.run()}>
              <Play aria-hidden /> Run all
            </Button>
          </span>
        )
      }
    >
      <FormProblem text={run.general} />
      <Answer
        query={cases}
        empty={page =>
          page.items.length === 0 ? (
            <EmptyState icon={ListChecks} title="No cases yet">
              A case says what must come of an action under every policy. All of them must pass before one is proposed.
            </EmptyState>
          ) : null
        }
      >
        {page => (
          <div className="overflow-x-auto">
            <table className="w-full text-sm">
              <thead className="border-b text-left text-ink-3 text-xs">
                <tr>
                  <th className="px-4 py-2 font-medium">Case</th>
                  <th className="px-2 py-2 font-medium">Must be</th>
                  <th className="px-4 py-2 font-medium">With this text</th>
                </tr>
              </thead>
              <tbody className="divide-y">
                {page.items.map(one => {
                  const result = results?.results.find(each => each.name === one.name)
                  return (
                    <tr key={one.id}>
                      <td className="px-4 py-2">
                        {may ? (
                          <button
                            type="button"
                            className="min-h-6 text-left font-medium underline-offset-2 hover:underline"
                            onClick={() => setShown(one)}
                          >
                            {one.name}
                          </button>
                        ) : (
                          one.name
                        )}
                      </td>
                      <td className="px-2 py-2">
                        <Effect effect={one.want} />
                      </td>
                      <td className="px-4 py-2">
                        {result ? (
                          <span className="flex flex-wrap items-center gap-2">
                            <Badge tone={result.pass ? 'allowed' : 'denied'} icon={result.pass ? Check : X}>
                              {result.pass ? 'Pass' : 'Fail'}
                            </Badge>
                            {!result.pass && (
                              <span className="text-ink-3 text-xs">
                                {result.got === result.want ? 'by other rules' : `gets ${result.got}`}:{' '}
                                {result.rules.join(', ') || 'no rule'}
                              </span>
                            )}
                          </span>
                        ) : (
                          <span className="text-ink-3 text-xs">not run</span>
                        )}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
      {shown && (
        <CaseDialog
          key={shown === 'new' ? 'new' : shown.id}
          known={shown === 'new' ? null : shown}
          onClose={() => setShown(null)}
        />
      )}
    </Section>
  )
}
