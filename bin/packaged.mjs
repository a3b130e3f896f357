#!/usr/bin/env node
// What `npx holdpoint` runs where there is no clone: each command is a bundle that lies beside this file (bin/package.mjs).
import { readFileSync } from 'node:fs'
import { between, overseeing, overseeingUsage, policyUsage, proofUsage } from './commands.mjs'

const usage = `Usage: holdpoint COMMAND

Standing in front of an agent
${between}

Overseeing (each tells more with --help)
${overseeingUsage}

Policy and proof
${policyUsage}
${proofUsage}

This is the command line alone: to run a Holdpoint needs the whole of it.
`
const own = { gateway: 'gateway', 'mcp-server': 'asking', verify: 'verify', policy: 'policy' }
/** Large, and needed for one command alone: whoever uses that installs it beside. */
const { version, peerDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const elsewhere = 'start backup restore permit replay test bench campaign'.split(' ')

/** What to run: the bundle, and the arguments that it is given. A text: what to say instead, and how that ends. */
function asked([name = 'help', ...args]) {
  if (overseeing.includes(name)) return { bundle: 'cli', args: [name, ...args] }
  if (Object.hasOwn(own, name)) return { bundle: own[name], args }
  if (name === 'help' || name === '--help' || name === '-h') return { text: usage, code: 0 }
  if (name === '--version') {
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
  try {
    await import(new URL(`${bundle}.mjs`, import.meta.url).href)
  } catch (error) {
    const missing = Object.entries(peerDependencies).find(([name]) => error.message?.includes(`'${name}'`))
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !missing) throw error
    process.stderr.write(`holdpoint: for this command, install its evaluator too: npm install ${missing.join('@')}\n`)
    process.exitCode = 2
  }
} else {
  process[code === 0 ? 'stdout' : 'stderr'].write(text)
  process.exitCode = code
}
