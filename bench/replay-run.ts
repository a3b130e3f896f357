import { client } from './load'
import { type RecordedSession, readRuns, readTools, titleOf } from './replay-file'
import { Approvers, type Clerk, clerk, type Http } from './replay-people'
import { type Played, playSession, readBack } from './replay-play'
import { Classifier, freshWord, registerAgent } from './replay-registry'
import type { Demo } from './server'

export interface Asked {
  readonly files: readonly string[]
  readonly demo: Demo
  /** E-mail addresses of demo users; none: nobody decides, and what is held expires after two seconds. */
  readonly approveAs: readonly string[]
  /** Sessions played at a time. */
  readonly parallel: number
  /** The suite's tools; null: `<suite>-tools.json` beside the runs. */
  readonly tools: string | null
  say(line: string): void
}

/** One suite of one file, played to its end. */
export interface SuiteResult {
  readonly title: string
  readonly sessions: number
  readonly played: readonly Played[]
  /** Every one of these must be 0. */
  readonly faults: { readonly lost: number; readonly doubled: number; readonly unanswered: number }
}

/** Plays recorded runs through a running Holdpoint, over its public doors alone. @throws Error when it cannot begin. */
export async function replay(asked: Asked): Promise<SuiteResult[]> {
  const { demo } = asked
  const user = (role: string) => {
    const found = demo.users.find(one => one.roles.includes(role))
    if (!found) throw new Error(`the demo has nobody with the role ${role}`)
    return found
  }
  for (const email of asked.approveAs)
    if (!demo.users.some(one => one.email === email)) throw new Error(`${email} is nobody of the demo`)
  if (asked.files.length === 0) throw new Error('name a file of recorded runs')
  const http = client(asked.parallel * 3 + 4)
  try {
    const administrator = await clerk(http, demo.url, user('administrator'))
    const governor = await clerk(http, demo.url, user('governor'))
    const classifier = new Classifier(administrator, governor)
    const results: SuiteResult[] = []
    for (const file of asked.files)
      for (const [suite, sessions] of Map.groupBy(readRuns(file), one => one.suite)) {
        await classifier.importAll(suite, readTools(file, suite, asked.tools))
        results.push(await playSuite(asked, http, administrator, classifier, titleOf(file, suite), suite, sessions))
      }
    return results
  } finally {
    http.close()
  }
}

async function playSuite(
  asked: Asked,
  http: Http,
  onlooker: Clerk,
  classifier: Classifier,
  title: string,
  suite: string,
  sessions: readonly RecordedSession[],
): Promise<SuiteResult> {
  const { demo, approveAs, parallel, say } = asked
  const run = freshWord()
  const { key } = await registerAgent(onlooker, suite, run, demo, approveAs)
  const approvers = approveAs.length > 0 ? new Approvers(http, demo, approveAs) : null
  const played: Played[] = []
  const stage = {
    http,
    url: demo.url,
    key,
    run,
    onlooker,
    classifier,
    approvers,
    played: (one: Played) => void played.push(one),
  }
  let done = 0
  const progress = () => say(`${title}: ${done} of ${sessions.length} sessions, ${played.length} actions`)
  const ticking = setInterval(progress, 1_000)
  try {
    const waiting = sessions.entries()
    const worker = async () => {
      for (const [at, session] of waiting) {
        await playSession(stage, session, at)
        done++
      }
    }
    await Promise.all(Array.from({ length: parallel }, worker))
  } finally {
    clearInterval(ticking)
  }
  progress()
  const known = played.flatMap(one => one.action ?? [])
  const { single, listed } = await readBack(
    stage,
    known.map(one => one.id),
  )
  return { title, sessions: sessions.length, played, faults: faultsOf(played, single, listed) }
}

/**
 * What went wrong. Lost: acknowledged, and gone or different when read again. Doubled: two steps with one action, one twice
 * in the list, or an action that no step asked for. Unanswered: a step that never had a decision.
 */
export function faultsOf(
  played: readonly Played[],
  single: ReadonlyMap<string, string>,
  listed: readonly string[],
): SuiteResult['faults'] {
  const known = played.flatMap(one => one.action ?? [])
  const ids = new Set(known.map(one => one.id))
  const inList = new Set(listed)
  return {
    lost: known.filter(one => single.get(one.id) !== one.status || !inList.has(one.id)).length,
    doubled: known.length - ids.size + (listed.length - inList.size) + [...inList].filter(id => !ids.has(id)).length,
    unanswered: played.filter(one => !one.action?.decision).length,
  }
}
