import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerOf,
  answersIn,
  askedPart,
  isAsked,
  isForAgent,
  questionsTo,
  type ThreadAnswer,
  timesAsked,
} from './thread'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 9, minute))
const said = (more: Partial<ThreadAnswer>): ThreadAnswer => ({
  id: 'ans_1',
  to: 'rev_1',
  text: 'Because.',
  at: at(5).toISOString(),
  by: { kind: 'agent', id: 'agt_1' },
  key: null,
  ...more,
})
const parts = (...all: Record<string, string>[]) => new Map(all.flatMap(one => Object.entries(one)))

describe('a thread on a hold', () => {
  it('tells the agent what it was asked and what it said, and not what people say to each other', () => {
    const thread = parts(
      { body: '{}', 'comment:rev_0': 'Fine by me.', 'comment:rev_1': 'Why now?', 'note:rev_2': 'Nora, is it ours?' },
      askedPart('rev_1', at(1)),
      answerOf(said({})),
      answerOf(said({ id: 'ans_2', to: 'rev_2', by: { kind: 'person', id: 'usr_1' }, text: 'Yes, ours.' })),
      answerOf(said({ id: 'ans_3', to: 'rev_1', by: { kind: 'person', id: 'usr_1' }, text: 'I doubt that.' })),
    )
    expect(questionsTo(thread)).toEqual([
      {
        id: 'rev_1',
        question: 'Why now?',
        asked_at: at(1).toISOString(),
        answers: [{ id: 'ans_1', text: 'Because.', at: at(5).toISOString() }],
      },
    ])
    expect(isForAgent(thread, 'rev_1')).toBe(true)
    expect(isForAgent(thread, 'rev_2')).toBe(false)
    expect(timesAsked(thread)).toBe(1)
    expect(isAsked(questionsTo(thread))).toBe(false)
  })

  it('waits for the agent until each question has an answer of its own', () => {
    const thread = parts(
      { 'comment:rev_1': 'a', 'comment:rev_2': 'b' },
      askedPart('rev_1', at(1)),
      askedPart('rev_2', at(2)),
    )
    expect(isAsked(questionsTo(thread))).toBe(true)
    const once = new Map([...thread, ...Object.entries(answerOf(said({})))])
    expect(isAsked(questionsTo(once))).toBe(true)
    const twice = new Map([...once, ...Object.entries(answerOf(said({ id: 'ans_2', to: 'rev_2' })))])
    expect(isAsked(questionsTo(twice))).toBe(false)
  })

  it('INV-02 reads the same in whatever order its parts come', () => {
    const all = [
      ...Array.from({ length: 6 }, (_, n) => ({ ...askedPart(`rev_${n}`, at(n % 2)), [`comment:rev_${n}`]: `${n}?` })),
      ...Array.from({ length: 6 }, (_, n) =>
        answerOf(said({ id: `ans_${n}`, to: `rev_${n % 3}`, at: at(7).toISOString() })),
      ),
    ]
    const once = parts(...all)
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), mixed => {
        expect(questionsTo(parts(...mixed))).toEqual(questionsTo(once))
        expect(answersIn(parts(...mixed))).toEqual(answersIn(once))
      }),
    )
  })

  it('gives any text back as it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        expect(answersIn(parts(answerOf(said({ text }))))).toEqual([said({ text })])
      }),
    )
  })
})
