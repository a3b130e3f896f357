import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { problems, report } from './replay-report'
import { replay } from './replay-run'

const usage = `Usage: npm run replay -- FILE... [--demo PATH] [--approve-as EMAIL]... [--parallel N] [--tools FILE]

Plays recorded agent runs, one JSON object a line, through a running Holdpoint with its demo organisation.

  --demo PATH         the demo.json of the running instance ($HOLDPOINT_HOME/demo.json)
  --approve-as EMAIL  approve what is held as this person, then as others where more are needed;
                      without it nobody decides, and what is held expires
  --parallel N        sessions at a time (8)
  --tools FILE        the tools' definitions (<suite>-tools.json beside FILE; else known by first use)
`

const demoFile = z.object({
  url: z.string(),
  users: z.array(
    z.object({
      email: z.string(),
      password: z.string(),
      name: z.string(),
      roles: z.array(z.string()),
      teams: z.array(z.string()),
    }),
  ),
  agents: z.array(z.object({ name: z.string(), id: z.string(), key: z.string(), team: z.string(), owner: z.string() })),
})

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      demo: { type: 'string', default: join(process.env.HOLDPOINT_HOME ?? '.holdpoint', 'demo.json') },
      'approve-as': { type: 'string', multiple: true, default: [] },
      parallel: { type: 'string', default: '8' },
      tools: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || positionals.length === 0) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const results = await replay({
    files: positionals,
    demo: demoFile.parse(JSON.parse(readFileSync(values.demo, 'utf8'))),
    approveAs: values['approve-as'],
    parallel: z.coerce.number().int().min(1).max(256).parse(values.parallel),
    tools: values.tools ?? null,
    say: line => void process.stderr.write(`${line}\n`),
  })
  process.stdout.write(`${results.map(report).join('\n\n')}\n`)
  const wrong = problems(results)
  for (const line of wrong.slice(0, 20)) process.stderr.write(`${line}\n`)
  const faultless = results.every(({ faults }) => faults.lost + faults.doubled + faults.unanswered === 0)
  return faultless && wrong.length === 0 ? 0 : 1
}

process.exitCode = await main().catch(error => {
  process.stderr.write(`replay: ${error instanceof Error ? error.message : error}\n`)
  return 2
})
