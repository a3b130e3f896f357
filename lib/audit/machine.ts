import type { Machine } from '@/lib/kernel/machine'

/** An event: recorded with what it tells of, then numbered, then under a signed head. Never back, never changed. */
export const entryMachine: Machine<'recorded' | 'numbered' | 'sealed', 'number' | 'seal'> = {
  recorded: { number: 'numbered' },
  numbered: { seal: 'sealed' },
  sealed: {},
}

/** The log against the head that is kept outside the database: while it is regressed everything is denied. */
export const logMachine: Machine<'whole' | 'regressed', 'go_back' | 'acknowledge' | 'come_back'> = {
  whole: { go_back: 'regressed' },
  // A person has accepted the loss, or the right database is there again.
  regressed: { acknowledge: 'whole', come_back: 'whole' },
}
