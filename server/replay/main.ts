import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { parseRuns, type RecordedSession } from '@/lib/session/recording'
import { loadPolicySet } from '@/server/policy/cedar'
import { approvalsIn } from './approvals'
import { catalogueOf, judgeSessions } from './play'
import { reportOf } from './report'
import { calm, packWith } from './rules'
import { definitions, recordedHere } from './sample'
import { score } from './score'

const usage = `Usage: npm run replay -- [FILE...] [--rules] [--tools FILE] [--policy FILE] [--approvals FILE] [--approvers N]
                              [--demo PATH] [--approve-as EMAIL]... [--parallel N]

Judges recorded agent runs, one JSON object a line, by the gate's own rules: the prompt counts as the person's recorded
words, each earlier result as a tool's. Without FILE: the recorded runs beside this clone, else the sample in it.
With FILE, and a running Holdpoint with its demo organisation, the runs are then played through that gate as well.

  --rules             judge only
  --tools FILE        the tools' definitions (<suite>-tools.json beside FILE; else known by first use)
  --policy FILE       Cedar text to judge by besides the default pack and the shipped templates
  --approvals FILE    the approval policies that it names, as GET /api/console/approval-policies answers them
  --approvers N       among how many approvers the load is divided (4)
  --demo PATH         the demo.json of the running instance ($HOLDPOINT_HOME/demo.json)
  --approve-as EMAIL  approve what is held as this person, then as others where more are needed;
                      without it nobody decides, and what is held expires
  --parallel N        sessions at a time (8)
`

function reports(
  file: string,
  suite: string,
  sessions: readonly RecordedSession[],
  values: { tools?: string; policy?: string; approvals?: string; approvers: string },
): string[] {
  const approvers = z.coerce.number().int().min(1).max(10_000).parse(values.approvers)
  const catalogue = catalogueOf(definitions(file, suite, values.tools), sessions)
  const rules: [string, string][] = [
    ['the default pack', packWith([])],
    [`the default pack with the templates ${calm.join(' and ')}`, packWith(calm)],
  ]
  if (values.policy !== undefined) rules.push([basename(values.policy), readFileSync(values.policy, 'utf8')])
  const approvals = values.approvals === undefined ? [] : approvalsIn(readFileSync(values.approvals, 'utf8'))
  return rules.map(([name, source]) => {
    const judged = judgeSessions(loadPolicySet(1, source), catalogue, sessions, approvals)
    return reportOf(`${suite} (${basename(file)})`, name, score(judged), approvers)
  })
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tools: { type: 'string' },
      policy: { type: 'string' },
      approvals: { type: 'string' },
      approvers: { type: 'string', default: '4' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stderr.write(usage)
    return 0
  }
  const files = positionals.length > 0 ? positionals : recordedHere()
  const parts = files.flatMap(file =>
    [...Map.groupBy(parseRuns(readFileSync(file, 'utf8')), one => one.suite)].flatMap(([suite, sessions]) =>
      reports(file, suite, sessions, values),
    ),
  )
  process.stdout.write(`${parts.join('\n\n')}\n`)
  return 0
}

try {
  process.exitCode = main()
} catch (error) {
  process.stderr.write(`replay: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 2
}
