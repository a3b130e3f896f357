import { parseArgs } from 'node:util'
import { rotateAnswer } from '@/lib/permit/contract'
import { consoleCommand, enter, type Outside } from '@/server/access/console-command'

const usage = `Usage: holdpoint permit rotate --reason TEXT [--at-once]

  Signs permits with a new key from now on. The old one verifies what it has signed, 65 seconds, and is then refused.
  --at-once: it is refused from now on, because somebody may have it.

Speaks to HOLDPOINT_URL (http://localhost:3000) as HOLDPOINT_EMAIL, an administrator, with HOLDPOINT_PASSWORD.

Exit codes: 0 rotated · 1 refused, nothing has changed · 2 asked wrongly, or the server could not be reached or would not
let you in
`

/** Runs one command. Answers the exit code; see the usage. */
export const permitCommand = (args: readonly string[], outside: Outside): Promise<number> =>
  consoleCommand('permit', outside, async () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { reason: { type: 'string' }, 'at-once': { type: 'boolean' }, help: { type: 'boolean' } },
    })
    if (values.help || positionals.join(' ') !== 'rotate') {
      outside.err(usage)
      return values.help ? 0 : 2
    }
    const reason = values.reason?.trim()
    if (!reason) throw new Error('rotate needs --reason: it stands in the log')
    const at_once = values['at-once'] === true
    const console = await enter(outside)
    const { kid, replaced } = rotateAnswer.parse(await console('POST', '/permits/rotate', { reason, at_once }))
    outside.out(`Permits are signed with ${kid} now.\n`)
    outside.out(
      at_once
        ? `${replaced} is refused from now on; checks by the published keys notice within 30 seconds.\n`
        : `${replaced} verifies what it has signed for 65 seconds, and is then refused.\n`,
    )
    return 0
  })
