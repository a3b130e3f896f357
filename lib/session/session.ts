import { type Classification, classifications, stricter } from '@/lib/kernel/scale'
import { type Source, standingOf } from './source'

/** What is known of one run of an agent. It only ever grows. */
export interface SessionState {
  /** The highest classification of what was read. */
  readonly highest: Classification
  /** Text that nobody vouches for has entered. */
  readonly untrusted: boolean
  /** An action carried a value that was taken out of such text. */
  readonly led: boolean
  /** The tools that were used, sorted, at most 100. */
  readonly tools: readonly string[]
}

/** A session before its first action. */
export const unseen: SessionState = { highest: 'public', untrusted: false, led: false, tools: [] }

const mostTools = 100

/** What the sources that come with an action bring into the session; the same object where that is nothing new. */
export function enter(state: SessionState, sources: readonly Source[]): SessionState {
  const untrusted = state.untrusted || sources.some(one => one.text !== '' && standingOf(one) === 'untrusted')
  let { highest } = state
  for (const one of sources) highest = stricter(classifications, highest, one.classification)
  return untrusted === state.untrusted && highest === state.highest ? state : { ...state, untrusted, highest }
}

/** One action as the session remembers it. */
export interface Used {
  readonly tool: string
  readonly operation: string
  readonly classification: Classification
  /** How the gate answered it: what was denied was not used, and still tells of an attempt. */
  readonly status: 'held' | 'allowed' | 'denied'
  readonly untrusted_text: boolean
}

/** The session after an action; the same object where nothing is new. Never less than it was. */
export function after(state: SessionState, used: Used): SessionState {
  const led = state.led || (used.untrusted_text && used.operation !== 'read')
  if (used.status === 'denied') return led === state.led ? state : { ...state, led }
  const highest =
    used.operation === 'read' ? stricter(classifications, state.highest, used.classification) : state.highest
  const known = state.tools.includes(used.tool) || state.tools.length >= mostTools
  if (known && highest === state.highest && led === state.led) return state
  return { ...state, led, highest, tools: known ? state.tools : [...state.tools, used.tool].toSorted() }
}

/** Both together: what either knows. In any order and any number of times the same, so that no instance loses another's. */
export function merged(one: SessionState, other: SessionState): SessionState {
  return {
    highest: stricter(classifications, one.highest, other.highest),
    untrusted: one.untrusted || other.untrusted,
    led: one.led || other.led,
    tools: [...new Set([...one.tools, ...other.tools])].toSorted().slice(0, mostTools),
  }
}

/** The session as policy sees it. */
export function sessionFacts(state: SessionState) {
  return {
    session_tools: state.tools,
    session_highest: state.highest,
    session_untrusted: state.untrusted,
    session_led: state.led,
  }
}
