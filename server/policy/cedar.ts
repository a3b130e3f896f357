import { createHash } from 'node:crypto'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { type Operation, operations } from '@/lib/kernel/scale'
import { type Anatomy, isAbout } from '@/lib/policy/anatomy'
import { type Bands, bandOf, joinBands } from '@/lib/policy/bands'
import { schemaFor } from '@/lib/policy/fact-table'
import { cedarRequest, type Facts, readOf } from '@/lib/policy/facts'
import type { Evaluation, PolicySet } from '@/lib/policy/judge'
import { type ReadPolicies, readPolicies } from './read-policies'
import { inForce, type Slice, type Slots } from './slots'

const remembered = 20_000
const failure: Evaluation = { decision: 'deny', rules: [], failed: true }

/** A slice of a set with the facts that its policies read, and what of them makes a difference. */
interface Part extends Slice {
  readonly reads: ReadonlySet<string>
  readonly bands: Bands
  readonly names: Anatomy['names']
}

/**
 * Loads a policy set. The same request always gives the same answer (INV-45), so answers are remembered for as long as the
 * set is in use; the memory is bounded. Of each action only the policies are asked whose head names its operation, with the
 * facts that they read: no other can match, err or be named, so the answer is that of the whole set.
 * @throws Refused policy.invalid
 */
export function loadPolicySet(
  version: number,
  source: string,
  slots: Slots = inForce,
  read: ReadPolicies = readPolicies(source),
): PolicySet {
  const parts = slice(read)
  let answers = new Map<string, Evaluation>()
  return {
    version,
    digest: `sha256:${createHash('sha256').update(source).digest('hex')}`,
    source,
    rules: read.rules,
    reads: read.reads,
    evaluate(facts, supposed) {
      const part = parts.get(facts.operation)
      if (!part) return failure
      // Alike in what policy reads is judged alike: what it does not read is neither in the key nor in the request, and of a
      // number that it only compares with others, only the band between them is in the key.
      const given = readOf({ ...facts, ...supposed }, part.reads)
      const { bands, names } = part
      const key = JSON.stringify([
        names.principal && facts.agent,
        facts.operation,
        names.resource && facts.resource_type,
        ...given.map(([fact, value]) => bandOf(bands, fact.name, value)),
      ])
      const before = answers.get(key)
      if (before) return before
      const answer = ask(slots, part, facts, given)
      if (answers.size >= remembered) answers = new Map()
      answers.set(key, answer)
      return answer
    },
  }
}

/** The policies that may have a say about each operation. Operations with the same policies share one slice. */
function slice({ policies, anatomies }: ReadPolicies): ReadonlyMap<Operation, Part> {
  const known = new Map<string, Part>()
  const parts = new Map<Operation, Part>()
  for (const operation of operations) {
    const about = [...anatomies].filter(([, anatomy]) => isAbout(anatomy, operation))
    const ids = about.map(([id]) => id)
    const key = ids.join(' ')
    const reads = new Set(about.flatMap(([, anatomy]) => [...anatomy.reads]))
    const part = known.get(key) ?? {
      policies: Object.fromEntries(ids.map(id => [id, policies[id] ?? ''])),
      schema: schemaFor(reads),
      reads,
      bands: joinBands(about.map(([, anatomy]) => anatomy.bands)),
      names: {
        principal: about.some(([, anatomy]) => anatomy.names.principal),
        resource: about.some(([, anatomy]) => anatomy.names.resource),
      },
    }
    known.set(key, part)
    parts.set(operation, part)
  }
  return parts
}

/** A policy that errors is skipped by Cedar, so an erroring forbid would fail open: any error or failure is a deny. */
function ask(slots: Slots, part: Part, facts: Facts, given: ReturnType<typeof readOf>): Evaluation {
  try {
    const slot = slots.of(part)
    const answer = cedar.statefulIsAuthorized({
      ...cedarRequest(facts, given),
      preparsedPolicySetId: slot,
      preparsedSchemaName: slot,
      validateRequest: true,
      entities: [],
    })
    if (answer.type === 'failure') return failure
    const { decision, diagnostics } = answer.response
    // Cedar names them in no order of its own.
    return { decision, rules: diagnostics.reason.toSorted(), failed: diagnostics.errors.length > 0 }
  } catch {
    return failure
  }
}
