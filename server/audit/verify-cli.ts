import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Checkpoint, parseCheckpoint, parseVerifierKey } from '@/lib/audit/checkpoint'
import { openCountersignatures } from '@/lib/audit/countersigned'
import { verifyDecision } from '@/lib/audit/decision-proof'
import { type Broken, type Known, verifyExport, type Whole } from '@/lib/audit/export'
import { linesOf } from '@/lib/audit/export-lines'
import { verifyPasskey } from '@/server/access/passkey-signature'
import { nodeSha256, verifyEd25519 } from './ed25519'

const usage = `Usage: holdpoint verify FILE [--key VKEY|FILE] [--checkpoint FILE]... [--decision FILE]

Proves an export of the audit log offline, and every countersignature in it. Prints the first bad seq and exits 1 when anything was changed, removed, added
or put in another order.
  --key         the log's verifier key (vkey in GET /api/console/audit/checkpoint): proves whose log it is
  --checkpoint  a head that was kept elsewhere, such as one from a gate answer: finds a log cut short or rewritten
  --decision    a claim {action, digest, salt, status, approvers, executable, outcome}: proves this very decision
`
const claim = z.strictObject({
  action: z.string(),
  digest: z.string(),
  salt: z.string(),
  status: z.string(),
  approvers: z.array(z.string()),
  executable: z.string().nullable(),
  outcome: z.string().nullable(),
})

class Misused extends Error {}

/** Exit code 0 when it is whole, 1 when it is not, 2 when asked wrongly. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true },
      checkpoint: { type: 'string', multiple: true },
      decision: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const [file] = positionals
  if (values.help || file === undefined || positionals.length > 1) {
    process.stderr.write(usage)
    return values.help ? 0 : 2
  }
  const known: Known = {
    keys: (values.key ?? []).map(readKey),
    heads: (values.checkpoint ?? []).map(readHead),
    verify: verifyEd25519,
    sha256: nodeSha256,
  }
  if (!existsSync(file)) throw new Misused(`${file} is not there`)
  const lines = linesOf(createReadStream(file, { highWaterMark: 1 << 20 }))
  if (values.decision === undefined) {
    const signatures = openCountersignatures(verifyPasskey)
    let fault: Broken | null = null
    const whole = await verifyExport(lines, known, (event, seq) => {
      const reason = signatures.take(event)
      if (reason) fault ??= { ok: false, seq, until: seq, reason }
    })
    return tell(whole.ok && fault ? fault : whole, known, signatures.proven())
  }
  const parsed = claim.safeParse(JSON.parse(readFileSync(values.decision, 'utf8')))
  if (!parsed.success) throw new Misused(`${values.decision} is not a claim: ${z.prettifyError(parsed.error)}`)
  const proof = await verifyDecision(lines, parsed.data, known)
  if (proof.ok)
    process.stdout.write(
      `OK: the log of ${proof.size} entries says so of ${proof.facts.action} (entries ${proof.facts.seqs.join(', ')})\n`,
    )
  else if (proof.broken) return tell(proof.broken, known)
  else process.stdout.write(`NOT PROVEN: ${proof.reason}\n`)
  return proof.ok ? 0 : 1
}

function tell(result: Whole | Broken, known: Known, countersigned = 0): number {
  if (!result.ok) {
    const where =
      result.until > result.seq
        ? `first bad seq: ${result.seq} (somewhere up to ${result.until})`
        : `first bad seq: ${result.seq}`
    process.stdout.write(`BAD: ${where}: ${result.reason}\n`)
    return 1
  }
  process.stdout.write(`OK: ${result.size} entries, root ${result.root}, log ${result.checkpoint.origin}\n`)
  if (countersigned > 0)
    process.stdout.write(
      `Countersignatures: ${countersigned}, each made by the reviewer’s own passkey over what it approved\n`,
    )
  if ((known.keys ?? []).length === 0)
    process.stdout.write('Without --key this proves that it is whole, not whose it is.\n')
  return 0
}

function readKey(given: string) {
  const key = parseVerifierKey(given) ?? (existsSync(given) ? parseVerifierKey(readFileSync(given, 'utf8')) : null)
  if (!key) throw new Misused(`${given} is neither a verifier key nor a file with one`)
  return key
}

/** A note, or JSON that carries one as `note` or `checkpoint` (an answer that was saved). */
function readHead(file: string): Checkpoint {
  const text = readFileSync(file, 'utf8')
  const saved = z
    .object({ note: z.string() })
    .or(z.object({ checkpoint: z.string() }).transform(one => ({ note: one.checkpoint })))
  const json = text.startsWith('{') ? saved.safeParse(JSON.parse(text)) : null
  const head = parseCheckpoint(json?.success ? json.data.note : text)
  if (!head) throw new Misused(`${file} does not hold a signed head`)
  return head
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`holdpoint verify: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
