'use client'
import { type ComponentProps, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ChoiceCards } from '@/components/ui/choice-cards'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import type { HoldDetail } from './hold'
import type { Decision } from './use-decision'

interface FormProps {
  readonly hold: HoldDetail
  readonly decision: Decision
}

/** A question, to the agent or to people. It decides nothing; the clock goes on. */
export function AskForm({ hold, decision }: FormProps) {
  const [text, setText] = useState('')
  const [to, setTo] = useState(hold.action ? 'agent' : 'people')
  const [tried, setTried] = useState(false)
  const owner = hold.owner ?? hold.asker?.owner
  return (
    <form
      aria-label="Ask"
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        const words = text.trim()
        if (words !== '')
          decision.submit({ verdict: 'ask', ...(to === 'agent' ? { comment: words } : { note: words }) })
      }}
    >
      {hold.action && (
        <ChoiceCards
          label="Whom you ask"
          value={to}
          onChange={setTo}
          choices={[
            { value: 'agent', label: 'The agent', hint: 'It reads the question and may answer here.' },
            {
              value: 'people',
              label: owner ? `${owner.name}, and everyone who may decide` : 'Everyone who may decide',
              hint: 'The agent does not read it.',
            },
          ]}
        />
      )}
      <Field
        label="Your question"
        hint="It decides nothing; the clock goes on."
        error={tried && text.trim() === '' ? 'Write what you want to know.' : undefined}
      >
        {bind => <Words {...bind} value={text} onWords={setText} />}
      </Field>
      <Ends label="Ask" decision={decision} />
    </form>
  )
}

/** Passing: words that count for nothing and are kept. */
export function PassForm({ decision }: Pick<FormProps, 'decision'>) {
  const [text, setText] = useState('')
  return (
    <form
      aria-label="Pass"
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        const words = text.trim()
        decision.submit({ verdict: 'pass', ...(words ? { note: words } : {}) })
      }}
    >
      <Field
        label="What you cannot judge"
        optional
        hint="It counts as nothing and tells the next person at once. Only people read it."
      >
        {bind => <Words {...bind} value={text} onWords={setText} />}
      </Field>
      <Ends label="Pass to the next person" decision={decision} />
    </form>
  )
}

function Words({
  onWords,
  ...rest
}: Omit<ComponentProps<'textarea'>, 'onChange'> & { onWords: (text: string) => void }) {
  return <Textarea {...rest} autoFocus rows={3} maxLength={2_000} onChange={event => onWords(event.target.value)} />
}

function Ends({ label, decision }: { label: string; decision: Decision }) {
  return (
    <div className="flex gap-2">
      <Button type="submit" look="primary" size="lg" className="flex-1" busy={decision.busy}>
        {label}
      </Button>
      <Button size="lg" look="quiet" onClick={() => decision.setMode('rest')}>
        Back
      </Button>
    </div>
  )
}
