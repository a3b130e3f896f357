#!/usr/bin/env node
// What `npx holdpoint` runs where there is no clone: each command is a bundle that lies beside this file (bin/package.mjs).
import { readFileSync } from 'node:fs'
import { between, overseeing, overseeingUsage, proofUsage } from './commands.mjs'

const usage = `Usage: holdpoint COMMAND

Standing in front of an agent
${between}

Overseeing (each tells more with --help)
${overseeingUsage}

Proof
${proofUsage}

This is the command line alone. Running a Holdpoint, its policy and its tests need the whole of it.
`
const own = { gateway: 'gateway', 'mcp-server': 'asking', verify: 'verify' }
const elsewhere = 'start backup restore policy permit replay test bench campaign'.split(' ')

/** What to run: the bundle, and the arguments that it is given. A text: what to say instead, and how that ends. */
function asked([name = 'help', ...args]) {
  if (overseeing.includes(name)) return { bundle: 'cli', args: [name, ...args] }
  if (Object.hasOwn(own, name)) return { bundle: own[name], args }
  if (name === 'help' || name === '--help' || name === '-h') return { text: usage, code: 0 }
  if (name === '--version') {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    return { text: `${version}\n`, code: 0 }
  }
  if (elsewhere.includes(name))
    return { text: `holdpoint: ${name} needs the whole of Holdpoint, not its command line alone\n`, code: 2 }
  return { text: usage, code: 2 }
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const { bundle, args, text, code } = asked(process.argv.slice(2))
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`holdpoint: this is Node ${process.versions.node}; it needs 22.19 or later\n`)
  process.exitCode = 2
} else if (bundle) {
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args)
  process.env.NODE_ENV ??= 'production'
  await import(new URL(`${bundle}.mjs`, import.meta.url).href)
} else {
  process[code === 0 ? 'stdout' : 'stderr'].write(text)
  process.exitCode = code
}
