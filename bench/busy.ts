import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type pg from 'pg'
import { manyPolicies } from '@/server/testing/policy-timing'
import { client } from './load'
import { signIn } from './people'
import { freePort, type Subject } from './server'

const json = { 'content-type': 'application/json' }
const tool = 'bench.note'
const invoice = (n: number) =>
  `Invoice ${n} of the bench. Reference RF18 5390 0754 7034. The note for customer c-${n % 50} reads: deliver to the back door on ${n % 28}.03., ask for Ms Weber. `.repeat(
    3,
  )

/** A hundred policies, of which some read counts and sums of the past, the session and where arguments came from. */
const policies = `${manyPolicies(96)}
@id("often") @reason("Too often.") @approvals("1") forbid (principal, action, resource)
  when { context.count_hour > 100000000 || context.denied_day > 1000000 } unless { context.approved };
@id("much") @reason("Too much.") @approvals("1") forbid (principal, action, resource)
  when { context.sum_month.greaterThan(decimal("100000000000.0")) } unless { context.approved };
@id("led") @reason("Led by foreign text.") @approvals("1") forbid (principal, action, resource)
  when { context.session_led && context.untrusted_arguments.contains("iban") } unless { context.approved };
@id("whose") @reason("Another team's.") @approvals("1") forbid (principal, action, resource)
  when { context has resource_team && context.resource_team == "others" } unless { context.approved };`

/** Makes the subject as busy as an organisation that uses everything; answers how to ask it, and how to end it. */
export async function makeBusy(subject: Subject, pool: pg.Pool, stopped: string) {
  const governor = subject.demo.users.find(user => user.roles.includes('governor'))
  if (!governor) throw new Error('the demo has no governor')
  const made = await fetch(`${subject.url}/api/console/tools`, {
    method: 'POST',
    headers: { ...json, ...(await signIn(subject.url, governor)) },
    body: JSON.stringify({
      name: tool,
      classification: { operation: 'update', reversible: true, sensitivity: 'internal' },
    }),
  })
  if (made.status !== 201) throw new Error(`${tool}: ${made.status} ${await made.text()}`)
  const port = await freePort()
  const source = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"classification":"internal","owning_team":"bench"}'),
  )
  await new Promise<void>(resolve => source.listen(port, '127.0.0.1', resolve))
  await pool.query(
    `insert into resource_source (id, name, type_pattern, id_pattern, url, created_by, created_at)
     values ('src_bench', 'bench', 'customer', '*', $1, 'bench', now())`,
    [`http://127.0.0.1:${port}/{type}/{id}`],
  )
  await pool.query(
    `insert into policy_version (version, source, digest, note, published_by, published_at)
     select max(version) + 1, $1, 'bench', 'bench', 'bench', now() from policy_version`,
    [policies],
  )
  await pool.query('update registry set version = version + 1 where id = 1')
  const http = client(64)
  // The one that waited by the thousand has been killed.
  const agents = subject.demo.agents.filter(agent => agent.id !== stopped)
  const ask = async (n: number) => {
    const agent = agents[n % agents.length]
    const reply = await http.send(
      `${subject.url}/api/v1/actions`,
      'POST',
      { ...json, authorization: `Bearer ${agent?.key}`, prefer: 'wait=0', 'idempotency-key': randomUUID() },
      JSON.stringify({
        tool,
        operation: 'update',
        params: { n, text: 'deliver to the back door', to: `c-${n % 50}` },
        resource: { type: 'customer', id: `c-${n % 50}` },
        context: {
          session: `bench-${n % 500}`,
          sources: [{ kind: 'tool_result', ref: `invoice-${n}`, text: invoice(n) }],
        },
      }),
    )
    if (reply.status !== 200) throw new Error(`submit: ${reply.status} ${reply.text.slice(0, 300)}`)
    return reply.text
  }
  const answer = await ask(0)
  if (!answer.includes('"allowed"')) throw new Error(`this would not measure what is allowed: ${answer.slice(0, 600)}`)
  return {
    ask,
    async end() {
      http.close()
      await new Promise(resolve => source.close(resolve))
    },
  }
}
