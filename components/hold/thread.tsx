'use client'
import { MessageCircleQuestion, UserRound } from 'lucide-react'
import { useState } from 'react'
import { ExpandableText, HostileText, Revealed } from '@/components/action/hostile-text'
import { said } from '@/components/data/answer'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Textarea } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { type HoldDetail, isOpen, type Review, type ThreadAnswer } from './hold'
import { useAnswer } from './holds'

/** One answer. An agent's words stand in the frame that says so: they are a claim, and nothing but text. */
function Answered({ answer }: { answer: ThreadAnswer }) {
  if (answer.from === 'agent')
    return (
      <li>
        <HostileText text={answer.text} label="the agent answers" />
      </li>
    )
  return (
    <li className="flex flex-col gap-0.5 border-l pl-3">
      <p className="flex items-center gap-1.5 text-ink-3 text-xs">
        <UserRound className="size-3.5 shrink-0" aria-hidden />
        {answer.by?.name ?? 'Somebody'} answers
        <RelativeTime at={answer.at} className="ml-auto" />
      </p>
      <ExpandableText text={answer.text} className="text-sm" />
    </li>
  )
}

function AnswerForm({ hold, question, onDone }: { hold: HoldDetail; question: Review; onDone: () => void }) {
  const [text, setText] = useState('')
  const answer = useAnswer(hold.id)
  return (
    <form
      aria-label="Answer"
      className="flex flex-col gap-2"
      onSubmit={event => {
        event.preventDefault()
        if (text.trim() !== '') answer.mutate({ question: question.id, text: text.trim() }, { onSuccess: onDone })
      }}
    >
      <Field label="Your answer" hint="People read it here; the agent does not. It decides nothing.">
        {bind => (
          <Textarea
            {...bind}
            autoFocus
            rows={2}
            maxLength={4_000}
            value={text}
            onChange={event => setText(event.target.value)}
          />
        )}
      </Field>
      <FormProblem text={answer.error ? (said(answer.error).detail ?? said(answer.error).title) : ''} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" size="sm" busy={answer.isPending} disabled={text.trim() === ''}>
          Send the answer
        </Button>
        <Button look="quiet" size="sm" onClick={onDone}>
          Back
        </Button>
      </div>
    </form>
  )
}

function Question({ hold, question }: { hold: HoldDetail; question: Review }) {
  const [answering, setAnswering] = useState(false)
  const waits = question.to_agent && question.answers.every(one => one.from !== 'agent')
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <p className="flex items-center gap-1.5 text-ink-3 text-xs">
        <MessageCircleQuestion className="size-3.5 shrink-0" aria-hidden />
        <span>
          {question.by?.name ?? 'Somebody'} asks {question.to_agent ? 'the agent' : 'the owner and whoever decides'}
        </span>
        <RelativeTime at={question.at} className="ml-auto" />
      </p>
      {[question.comment, question.note].map(
        words =>
          words && (
            <p key={words} className="text-sm">
              <Revealed text={words} />
            </p>
          ),
      )}
      {question.answers.length > 0 && (
        <ul aria-label="Answers" className="flex flex-col gap-2">
          {question.answers.map(one => (
            <Answered key={one.id} answer={one} />
          ))}
        </ul>
      )}
      {isOpen(hold) &&
        (answering ? (
          <AnswerForm hold={hold} question={question} onDone={() => setAnswering(false)} />
        ) : (
          <p className="flex flex-wrap items-center gap-2 text-ink-3 text-xs">
            {waits && <span>The agent has not answered yet.</span>}
            <Button look="neutral" size="sm" onClick={() => setAnswering(true)}>
              Answer…
            </Button>
          </p>
        ))}
    </li>
  )
}

/** What was asked about this and answered. */
export function Thread({ hold }: { hold: HoldDetail }) {
  const questions = hold.reviews.filter(one => one.verdict === 'ask')
  return (
    <ul aria-label="Questions" className="divide-y">
      {questions.map(one => (
        <Question key={one.id} hold={hold} question={one} />
      ))}
    </ul>
  )
}
