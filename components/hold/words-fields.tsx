'use client'
import { Bot, Users } from 'lucide-react'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'

interface WordsProps {
  readonly comment: string
  readonly note: string
  readonly onComment: (text: string) => void
  readonly onNote: (text: string) => void
  readonly commentLabel?: string
  readonly error?: string
  readonly agent: boolean
}

/** Two kinds of words that must never be mistaken: what the agent will read, and what stays with people. */
export function WordsFields({ comment, note, onComment, onNote, commentLabel, error, agent }: WordsProps) {
  return (
    <>
      <Field
        label={
          <span className="inline-flex items-center gap-1.5">
            {agent ? <Bot className="size-3.5" aria-hidden /> : <Users className="size-3.5" aria-hidden />}
            {commentLabel ?? 'Comment'}
          </span>
        }
        hint={agent ? 'The agent will read this.' : 'Whoever asked for this will read it.'}
        error={error}
      >
        {bind => (
          <Textarea
            {...bind}
            rows={2}
            maxLength={2_000}
            value={comment}
            onChange={event => onComment(event.target.value)}
          />
        )}
      </Field>
      <Field
        optional
        label={
          <span className="inline-flex items-center gap-1.5">
            <Users className="size-3.5" aria-hidden />
            Note
          </span>
        }
        hint="Only people will read this."
      >
        {bind => (
          <Textarea {...bind} rows={2} maxLength={2_000} value={note} onChange={event => onNote(event.target.value)} />
        )}
      </Field>
    </>
  )
}
