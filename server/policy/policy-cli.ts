import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createTwoFilesPatch } from 'diff'
import { z } from 'zod'
import { consoleCommand, consoleUrl, enter, type Outside } from '@/server/access/console-command'
import { checkPolicies } from './read-policies'

const usage = `Usage: holdpoint policy COMMAND

  validate FILE            check a policy offline: every fault as FILE:LINE:COLUMN
  diff FILE                what the file would change in the policy in force
  test FILE [--cases F]    run the policy cases against the file (those of F, else those of the server)
  push FILE --note TEXT    propose the file; a second person publishes it  [--base VERSION: only if that is in force]
  pull [FILE]              write the policy in force to FILE, else to the output

All but validate speak to HOLDPOINT_URL (http://localhost:3000) as HOLDPOINT_EMAIL with HOLDPOINT_PASSWORD; without
these, as whoever signed in there with holdpoint login.

Exit codes: 0 fine, nothing differs, all cases pass, proposed · 1 it has errors, differs, a case fails, or was refused ·
2 asked wrongly, no such file, or the server could not be reached or would not let you in
`

class Misused extends Error {}

const inForce = z.object({ version: z.number(), source: z.string() })
const caseRun = z.object({
  total: z.number(),
  passed: z.number(),
  results: z.array(z.looseObject({ name: z.string(), want: z.string(), got: z.string(), pass: z.boolean() })),
})

/** Runs one command. Answers the exit code; see the usage. */
export const policyCommand = (args: readonly string[], outside: Outside): Promise<number> =>
  consoleCommand('policy', outside, () => run(args, outside))

async function run(args: readonly string[], outside: Outside): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      note: { type: 'string' },
      base: { type: 'string' },
      cases: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const [command, file, ...rest] = positionals
  if (values.help || command === undefined || rest.length > 0) {
    outside.err(usage)
    return values.help ? 0 : 2
  }
  switch (command) {
    case 'validate':
      return validate(read(file), file ?? '', outside)
    case 'diff':
      return diff(read(file), file ?? '', outside)
    case 'test':
      return test(read(file), values.cases === undefined ? null : read(values.cases), outside)
    case 'push':
      return push(read(file), values.note, values.base, file ?? '', outside)
    case 'pull':
      return pull(file, outside)
    default:
      outside.err(usage)
      return 2
  }
}

function read(file: string | undefined): string {
  if (file === undefined) throw new Misused('which FILE?')
  if (!existsSync(file)) throw new Misused(`${file} is not there`)
  return readFileSync(file, 'utf8')
}

/** In the form that editors and CI know: FILE:LINE:COLUMN. */
function validate(source: string, file: string, { out }: Outside): number {
  const { faults, rules } = checkPolicies(source)
  for (const fault of faults) out(`${file}:${fault.line}:${fault.column}: ${fault.severity}: ${fault.message}\n`)
  const errors = faults.filter(fault => fault.severity === 'error').length
  if (errors === 0) out(`OK: ${rules.size} rules\n`)
  return errors === 0 ? 0 : 1
}

async function diff(source: string, file: string, outside: Outside): Promise<number> {
  const console = await enter(outside)
  const now = inForce.parse(await console('GET', '/policy'))
  if (now.source === source) {
    outside.out(`Nothing differs from version ${now.version}.\n`)
    return 0
  }
  outside.out(createTwoFilesPatch(`version ${now.version}`, file, now.source, source))
  return 1
}

async function test(source: string, cases: string | null, outside: Outside): Promise<number> {
  const console = await enter(outside)
  const given = cases === null ? {} : z.object({ cases: z.array(z.unknown()) }).parse(JSON.parse(cases))
  const { total, passed, results } = caseRun.parse(await console('POST', '/policy/cases/run', { source, ...given }))
  for (const one of results.filter(result => !result.pass))
    outside.out(`FAIL ${one.name}: wanted ${one.want}, got ${one.got}\n`)
  outside.out(`${passed} of ${total} cases pass\n`)
  return passed === total ? 0 : 1
}

async function push(
  source: string,
  note: string | undefined,
  base: string | undefined,
  file: string,
  outside: Outside,
): Promise<number> {
  if (!note) throw new Misused('push needs --note: what changes, and why')
  if (base !== undefined && !/^[1-9]\d{0,8}$/.test(base)) throw new Misused('--base is the number of a version')
  if (validate(source, file, outside) !== 0) return 1
  const console = await enter(outside)
  const sent = { source, note, ...(base === undefined ? {} : { based_on: Number(base) }) }
  const { hold_id } = z.object({ hold_id: z.string() }).parse(await console('POST', '/policy', sent))
  outside.out(`Proposed: a second person decides at ${consoleUrl(outside)}/approvals/${hold_id}\n`)
  return 0
}

async function pull(file: string | undefined, outside: Outside): Promise<number> {
  const console = await enter(outside)
  const now = inForce.parse(await console('GET', '/policy'))
  if (file === undefined) outside.out(now.source)
  else {
    outside.write(file, now.source)
    outside.err(`Version ${now.version} is in ${file}\n`)
  }
  return 0
}
