import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './root.mjs'
import { runEntry } from './run.mjs'
import { Problem } from './say.mjs'

const forRules = ['tools', 'policy', 'approvals', 'approvers']
const forGate = ['tools', 'demo', 'approve-as', 'parallel']

/**
 * Judges recorded runs by the rules, in this process; and plays them through the running gate, where files are named and
 * there is a running demo to play them through. Each part gets the options that are its own.
 */
export async function replay(node, built, args) {
  const { values, positionals, tokens } = parse(args)
  const options = names =>
    tokens.flatMap(one => (one.kind === 'option' && names.includes(one.name) ? [`--${one.name}`, one.value] : []))
  const judged = await runEntry(node, built, 'rules', values.help ? ['--help'] : [...positionals, ...options(forRules)])
  if (judged !== 0 || values.help || values.rules || positionals.length === 0) return judged
  const demo = values.demo ?? resolve(root, process.env.HOLDPOINT_HOME || '.holdpoint', 'demo.json')
  const asked = values.demo !== undefined || values['approve-as'] !== undefined
  if (!asked && !existsSync(demo)) {
    process.stderr.write(`No ${join(demo)}: judged by the rules alone, not played through a running gate.\n`)
    return judged
  }
  process.stdout.write('\n')
  return runEntry(node, built, 'replay', [...positionals, ...options(forGate)])
}

function parse(args) {
  const one = { type: 'string' }
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      tokens: true,
      options: {
        tools: one,
        policy: one,
        approvals: one,
        approvers: one,
        demo: one,
        'approve-as': { type: 'string', multiple: true },
        parallel: one,
        rules: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new Problem(`replay: ${error instanceof Error ? error.message : error}`)
  }
}
