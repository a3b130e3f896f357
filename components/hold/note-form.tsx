'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import type { Decision } from './use-decision'

/** Asking and passing: words that count for nothing and are kept. */
export function NoteForm({ verdict, decision }: { verdict: 'ask' | 'pass'; decision: Decision }) {
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const ask = verdict === 'ask'
  return (
    <form
      aria-label={ask ? 'Ask' : 'Pass'}
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        const words = text.trim()
        if (ask && words === '') return
        decision.submit({ verdict, ...(words ? { note: words } : {}) })
      }}
    >
      <Field
        label={ask ? 'Your question' : 'What you cannot judge'}
        optional={!ask}
        hint={
          ask
            ? 'The owner and everyone who may decide read it here. It decides nothing; the clock goes on.'
            : 'It counts as nothing and tells the next person at once.'
        }
        error={tried && ask && text.trim() === '' ? 'Write what you want to know.' : undefined}
      >
        {bind => (
          <Textarea
            {...bind}
            autoFocus
            rows={3}
            maxLength={2_000}
            value={text}
            onChange={event => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" look="primary" size="lg" className="flex-1" busy={decision.busy}>
          {ask ? 'Ask' : 'Pass to the next person'}
        </Button>
        <Button size="lg" look="quiet" onClick={() => decision.setMode('rest')}>
          Back
        </Button>
      </div>
    </form>
  )
}
