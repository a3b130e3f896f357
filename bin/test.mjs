import { build } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureNode } from './node.mjs'
import { ensurePackages } from './packages.mjs'
import { Steps } from './say.mjs'
import { stages } from './stages.mjs'

const once = work => {
  let made
  return () => {
    made ??= work()
    return made
  }
}

/**
 * Runs every check and test, a line each, and ends with one line of counts. Names a stage as argument to run only stages
 * whose name contains it. Answers the exit code.
 */
export async function runTests([only = '']) {
  const chosen = stages.filter(stage => stage.name.includes(only) && (stage.present?.() ?? true))
  const steps = new Steps(chosen.length + 4, false)
  const node = await ensureNode(steps)
  await ensurePackages(steps)
  // Journeys run against the built product in a real browser; nothing else waits for either.
  const journeys = chosen.some(stage => stage.name === 'browser journeys')
  const built = once(() => build(steps, node, true))
  const chromium = once(() => ensureChromium(node, steps))
  if (!journeys) {
    steps.skip()
    steps.skip()
  }
  const total = { passed: 0, failed: 0 }
  for (const stage of chosen) {
    if (stage.name === 'browser journeys') {
      await built().catch(() => undefined)
      await chromium().catch(() => undefined)
    }
    const step = steps.next(stage.name)
    const result = await stage.work({ node, built, chromium }).catch(error => ({
      passed: 0,
      failed: 1,
      output: error.message,
    }))
    total.passed += result.passed
    total.failed += result.failed
    if (result.failed > 0) process.stdout.write(`${result.output.trimEnd()}\n`)
    step.done(`${stage.name}: ${result.passed} passed, ${result.failed} failed`)
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
  return total.failed === 0 ? 0 : 1
}
