'use client'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input, Textarea } from '@/components/ui/input'
import { Section } from '@/components/ui/section'
import { type Explained, ExplainedView } from './proof-explain'
import { readGiven } from './proof-given'

/** Asks a policy about facts that somebody makes up, or about a recorded action with some of its facts changed. */
export function WhatIfPanel({ source }: { source: string }) {
  const [facts, setFacts] = useState('operation: pay\nenvironment: production\namount: 250.00')
  const [action, setAction] = useState('')
  const [explained, setExplained] = useState<Explained | null>(null)
  const given = readGiven(facts)
  const ask = useSubmit(
    () =>
      call<Explained>('/api/console/policy/what-if', {
        method: 'POST',
        body: {
          source,
          ...(action.trim() === '' ? { facts: given.given } : { action_id: action.trim(), changes: given.given }),
        },
      }),
    setExplained,
  )
  return (
    <Section title="What if">
      <form
        className="flex flex-col gap-4 p-4"
        onSubmit={event => {
          event.preventDefault()
          if (given.fault === null) void ask.run()
        }}
      >
        <Field
          label="Facts"
          hint="One a line, as name: value. What is not named is an ordinary read in scope, in production."
          error={given.fault ?? undefined}
        >
          {bind => (
            <Textarea
              {...bind}
              rows={4}
              spellCheck={false}
              className="font-mono text-xs leading-5"
              value={facts}
              onChange={event => setFacts(event.target.value)}
            />
          )}
        </Field>
        <Field label="On a recorded action" optional hint="Its id; the facts above then change what it really was.">
          {bind => (
            <Input {...bind} value={action} spellCheck={false} onChange={event => setAction(event.target.value)} />
          )}
        </Field>
        <FormProblem text={ask.error?.message ?? ''} />
        <div>
          <Button type="submit" busy={ask.busy}>
            <Search aria-hidden /> Ask
          </Button>
        </div>
      </form>
      <div aria-live="polite" className={explained ? 'border-t' : ''}>
        {explained && <ExplainedView explained={explained} />}
      </div>
    </Section>
  )
}
