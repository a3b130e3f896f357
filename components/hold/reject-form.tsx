'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import type { HoldDetail } from './hold'
import type { Decision } from './use-decision'
import { WordsFields } from './words-fields'

const presets = [
  'The arguments do not match what was asked for.',
  'The recipient is not one we know. Do not try another way.',
  'This is outside your task. Leave it.',
  'A person will do this. Go on without it.',
  'Too much at once. Ask again for a smaller step.',
]

/** Rejecting: a preset or free words for the agent, a note for people, and pausing the agent in the same commit. */
export function RejectForm({ hold, decision, pause }: { hold: HoldDetail; decision: Decision; pause: boolean }) {
  const [comment, setComment] = useState('')
  const [note, setNote] = useState('')
  const [contain, setContain] = useState(pause)
  const [tried, setTried] = useState(false)
  const agent = hold.agent
  return (
    <form
      aria-label="Reject"
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        if (comment.trim() === '') return
        decision.submit({
          verdict: 'reject',
          comment: comment.trim(),
          ...(note.trim() ? { note: note.trim() } : {}),
          contain,
        })
      }}
    >
      <fieldset>
        <legend className="mb-1.5 font-medium text-sm">Why?</legend>
        <div className="flex flex-col gap-1">
          {presets.map((preset, i) => (
            <button
              key={preset}
              type="button"
              // biome-ignore lint/a11y/noAutofocus: the form was opened by a press or a key, its first choice is next
              autoFocus={i === 0}
              aria-pressed={comment === preset}
              onClick={() => setComment(preset)}
              className="min-h-11 rounded-md border px-2.5 py-1 text-left text-sm hover:border-line-strong aria-pressed:border-accent aria-pressed:bg-accent-soft sm:min-h-8"
            >
              {preset}
            </button>
          ))}
        </div>
      </fieldset>
      <WordsFields
        agent={agent !== null}
        comment={comment}
        note={note}
        onComment={setComment}
        onNote={setNote}
        error={tried && comment.trim() === '' ? 'Choose a reason or write one: it learns from it.' : undefined}
      />
      {agent && (
        <Checkbox checked={contain} onChange={setContain}>
          Also pause <bdi>{agent.name}</bdi>: nothing new is allowed until someone lifts it
        </Checkbox>
      )}
      <div className="flex gap-2">
        <Button
          type="submit"
          look="deny"
          size="lg"
          className="flex-1 border-denied! bg-denied! text-on-solid! hover:opacity-90"
          busy={decision.busy}
        >
          {contain && agent ? 'Reject and pause' : 'Reject'}
        </Button>
        <Button size="lg" look="quiet" onClick={() => decision.setMode('rest')}>
          Back
        </Button>
      </div>
    </form>
  )
}
