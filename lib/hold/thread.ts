import { z } from 'zod'
import { Refused } from '@/lib/kernel/problem'

/**
 * What is asked and answered about one hold, as its sealed content has it: `asked:<review>` holds when the agent was asked
 * (its words are the review's comment), `answer:<id>` an answer as JSON. Erasing the content erases the thread.
 */

/** How many questions one agent is asked about one action. */
export const mostQuestions = 20
/** How many answers one question takes, whoever gives them. */
export const mostAnswers = 10

const answerPart = z.object({
  to: z.string(),
  text: z.string(),
  at: z.string(),
  by: z.object({ kind: z.enum(['agent', 'person']), id: z.string() }),
  key: z.string().nullable(),
})

/** One answer: to which question, when, and by whom. `key` is the Idempotency-Key that it came with. */
export type ThreadAnswer = z.infer<typeof answerPart> & { readonly id: string }

/** A question to the agent with the answers that the agent gave, as the agent reads it. */
export interface AgentQuestion {
  readonly id: string
  readonly question: string
  readonly asked_at: string
  readonly answers: readonly { readonly id: string; readonly text: string; readonly at: string }[]
}

type Parts = ReadonlyMap<string, string>

/** How the parts are called that say when the agent was asked. */
export const askedMark = 'asked:'
const answerMark = 'answer:'

/** The content that says that the agent was asked in this review. */
export const askedPart = (review: string, at: Date): Record<string, string> => ({
  [askedMark + review]: at.toISOString(),
})

/** The content that says so, where the agent may still be asked. @throws Refused hold.thread_full */
export function asking(parts: Parts | undefined, review: string, at: Date): Record<string, string> {
  if (parts && timesAsked(parts) >= mostQuestions)
    throw new Refused('hold.thread_full', `The agent has been asked ${mostQuestions} times about this.`)
  return askedPart(review, at)
}

/** The content of one answer. */
export const answerOf = ({ id, ...answer }: ThreadAnswer): Record<string, string> => ({
  [answerMark + id]: JSON.stringify(answer),
})

/** Was this question for the agent? */
export const isForAgent = (parts: Parts, review: string): boolean => parts.has(askedMark + review)

/** How often the agent was asked. */
export const timesAsked = (parts: Parts): number => [...parts.keys()].filter(name => name.startsWith(askedMark)).length

const byTime = <T extends { readonly at: string; readonly id: string }>(a: T, b: T): number =>
  a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1

/** All answers of a thread, oldest first. */
export function answersIn(parts: Parts): ThreadAnswer[] {
  return [...parts]
    .filter(([name]) => name.startsWith(answerMark))
    .map(([name, text]) => ({ id: name.slice(answerMark.length), ...answerPart.parse(JSON.parse(text)) }))
    .sort(byTime)
}

/** What its agent reads: the questions to it, oldest first, with its own answers. What people answer each other stays with them. */
export function questionsTo(parts: Parts): AgentQuestion[] {
  if (timesAsked(parts) === 0) return []
  const answers = answersIn(parts).filter(one => one.by.kind === 'agent')
  return [...parts]
    .filter(([name]) => name.startsWith(askedMark))
    .map(([name, at]) => ({ id: name.slice(askedMark.length), at }))
    .sort(byTime)
    .map(({ id, at }) => ({
      id,
      question: parts.get(`comment:${id}`) ?? '',
      asked_at: at,
      answers: answers.filter(one => one.to === id).map(one => ({ id: one.id, text: one.text, at: one.at })),
    }))
}

/** Does a question wait for its agent? */
export const isAsked = (questions: readonly AgentQuestion[]): boolean => questions.some(one => one.answers.length === 0)
