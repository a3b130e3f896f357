#!/usr/bin/env node
// The launcher. Plain JavaScript for any Node from 18 on: it fetches the Node that the product needs, the packages and the
// build, and then runs what was asked. Everything it does is skipped when it has been done before.
import { build } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { between, overseeing, overseeingUsage, policyUsage, proofUsage } from './commands.mjs'
import { ensureNode } from './node.mjs'
import { ensurePackages } from './packages.mjs'
import { replay } from './replay.mjs'
import { runEntry } from './run.mjs'
import { fail, Steps } from './say.mjs'
import { runTests } from './test.mjs'

const usage = `Usage: holdpoint COMMAND

Running it
  start [--quiet]     install, build and run the server (PORT, HOST, HOLDPOINT_HOME, DATABASE_URL, …)
  backup FILE         keep the embedded data and the keys in one archive (stop the server first)
  restore FILE        bring such an archive into an empty HOLDPOINT_HOME
${between}

Overseeing (each tells more with --help; docs/cli.md)
${overseeingUsage}

Policy and proof
${policyUsage}
  permit rotate       sign permits with a new key (permit --help)
  replay [FILE]       judge recorded agent runs by the rules, and play them through the running gate
${proofUsage}

Working on it
  test                every check and test; ends with one line of counts
  bench               measure, and compare with the floors of this machine
  campaign            the long races, kills and fuzzing, with a ledger of seeds
`

/** Commands, the bundled entry each runs, and whether it needs the pages. */
const commands = {
  start: { entry: 'server', pages: true },
  bench: { entry: 'bench', pages: true },
  campaign: { entry: 'campaign' },
  replay: { entry: 'replay' },
  policy: { entry: 'policy' },
  gateway: { entry: 'gateway' },
  'mcp-server': { entry: 'asking' },
  permit: { entry: 'permit' },
  verify: { entry: 'verify' },
  backup: { entry: 'backup' },
  restore: { entry: 'backup', prefix: ['restore'] },
}

for (const name of overseeing) commands[name] = { entry: 'cli', prefix: [name] }

async function main([name, ...args]) {
  if (name === 'test') return runTests(args)
  const command = commands[name]
  if (!command) {
    const asked = name === undefined || name === 'help' || name === '--help'
    process[asked ? 'stdout' : 'stderr'].write(usage)
    return asked ? 0 : 2
  }
  // What answers a script with its own output says nothing of its own, unless it must install or build.
  const steps = new Steps(command.pages || name === 'campaign' ? 4 : 3, args.includes('--quiet'))
  const node = await ensureNode(steps)
  await ensurePackages(steps)
  const built = await build(steps, node, command.pages === true)
  if (name === 'start') steps.next('Starting the server').done()
  // Some of the long rounds are shown in a real browser; without one those alone fail.
  if (name === 'campaign')
    await ensureChromium(node, steps).then(
      chromium => {
        process.env.CHROMIUM = chromium
      },
      () => undefined,
    )
  if (name === 'replay') return replay(node, built, args)
  const prefix = name === 'backup' ? ['backup'] : (command.prefix ?? [])
  return runEntry(node, built, command.entry, [...prefix, ...args])
}

main(process.argv.slice(2)).then(code => process.exit(code), fail)
