import { createHash } from 'node:crypto'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { type Operation, operations } from '@/lib/kernel/scale'
import { type Anatomy, isAbout } from '@/lib/policy/anatomy'
import { type Bands, bandOf, joinBands } from '@/lib/policy/bands'
import { schemaFor } from '@/lib/policy/fact-table'
import { cedarRequest, type Facts, readOf, type Supposed } from '@/lib/policy/facts'
import type { Evaluation, PolicySet } from '@/lib/policy/judge'
import { type ReadPolicies, readPolicies } from './read-policies'
import { inForce, type Slice, type Slots } from './slots'

const remembered = 20_000
const failure: Evaluation = { decision: 'deny', rules: [], failed: true }

/** A slice of a set with the facts that its policies read, and what of them makes a difference. */
interface Part extends Slice {
  readonly id: number
  readonly reads: ReadonlySet<string>
  readonly bands: Bands
  readonly names: Anatomy['names']
}

/** The policies of one operation: those about any tool; and, where many name theirs first, a share of these by tool. */
interface Parts {
  readonly general: Part
  readonly shares: readonly Part[]
}

/** So many that name their tool first are worth a second question. */
const many = 32
const shares = 16
const shareOf = (tool: string): number =>
  [...tool].reduce((sum, one) => (sum * 31 + (one.codePointAt(0) ?? 0)) >>> 0, 0) % shares

/**
 * Loads a policy set. The same request always gives the same answer (INV-45), so answers are remembered for as long as the
 * set is in use; the memory is bounded. Of each action only the policies are asked whose head names its operation, and that
 * do not ask for tools of another share before anything else, with the facts that they read: no other can match, err or be named, so
 * the answer is that of the whole set.
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
  const remembering = (part: Part, facts: Facts, supposed: Supposed): Evaluation => {
    // Alike in what policy reads is judged alike: what it does not read is neither in the key nor in the request, and of a
    // number that it only compares with others, only the band between them is in the key.
    const given = readOf({ ...facts, ...supposed }, part.reads)
    const { id, bands, names } = part
    const key = JSON.stringify([
      id,
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
  }
  return {
    version,
    digest: `sha256:${createHash('sha256').update(source).digest('hex')}`,
    source,
    rules: read.rules,
    reads: read.reads,
    evaluate(facts, supposed) {
      const found = parts.get(facts.operation)
      if (!found) return failure
      const general = remembering(found.general, facts, supposed)
      const special = found.shares[shareOf(facts.tool)]
      return special ? joined(general, remembering(special, facts, supposed)) : general
    },
  }
}

/** What both say together, as Cedar says it of one set: any forbid denies, else any permit allows, else nobody did. */
function joined(one: Evaluation, other: Evaluation): Evaluation {
  const both = [one, other]
  const failed = both.some(each => each.failed)
  const said = (decision: Evaluation['decision']) =>
    both.filter(each => each.decision === decision).flatMap(each => each.rules)
  const forbids = said('deny')
  const allowed = forbids.length === 0 && both.some(each => each.decision === 'allow')
  const rules = (allowed ? said('allow') : forbids).toSorted()
  return { decision: allowed ? 'allow' : 'deny', rules, failed }
}

/** The policies that may have a say about each operation. Operations with the same policies share one slice. */
function slice({ policies, anatomies }: ReadPolicies): ReadonlyMap<Operation, Parts> {
  const known = new Map<string, Part>()
  const partOf = (about: readonly (readonly [string, Anatomy])[]): Part => {
    const ids = about.map(([id]) => id)
    const key = ids.join(' ')
    const reads = new Set(about.flatMap(([, anatomy]) => [...anatomy.reads]))
    const part = known.get(key) ?? {
      id: known.size,
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
    return part
  }
  return new Map(
    operations.map((operation): readonly [Operation, Parts] => {
      const about = [...anatomies].filter(([, anatomy]) => isAbout(anatomy, operation))
      const special = about.filter(([, { tools }]) => tools !== null)
      if (special.length <= many) return [operation, { general: partOf(about), shares: [] }]
      const general = partOf(about.filter(([, { tools }]) => tools === null))
      const share = (at: number) =>
        special.filter(([, { tools }]) => [...(tools ?? [])].some(tool => shareOf(tool) === at))
      return [operation, { general, shares: Array.from({ length: shares }, (_, at) => partOf(share(at))) }]
    }),
  )
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
