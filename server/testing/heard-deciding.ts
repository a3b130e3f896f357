import type { Caller } from './heard'

/** Calls the doors beside a verdict: questions and answers, more time, several decided together. */
export async function hearDeciding(who: { agent: Caller; approver: Caller; owner: Caller }): Promise<void> {
  const { agent, approver, owner } = who
  const held: { hold: string; digest: string; action: string }[] = []
  for (const n of [1, 2, 3]) {
    const params = { tool: 'write', params: { together: n } }
    const { body } = await agent('POST', '/api/v1/actions', {}, params, { 'idempotency-key': `together-${n}` })
    held.push({ hold: body.hold.id, digest: body.digest, action: body.id })
    await approver('POST', '/holds/{id}/views', { id: body.hold.id }, { digest: body.digest })
  }
  const actions = ['look', 'write'].map(tool => ({ tool, params: {} }))
  await agent('POST', '/api/v1/actions/batch', {}, { actions })
  const [first] = held
  if (!first) throw new Error('nothing is held')
  const hold = { id: first.hold }
  const ask = { verdict: 'ask', digest: first.digest, comment: 'why?', note: 'Olga?' }
  const asked = await approver('POST', '/holds/{id}/reviews', hold, ask)
  const question: string = asked.body.reviews.at(-1).id
  await agent('POST', '/api/v1/actions/{id}/answers', { id: first.action }, { question, text: 'because' })
  await agent('POST', '/api/v1/actions/{id}/answers', { id: first.action }, { question: 'rev_none', text: 'because' })
  await owner('POST', '/holds/{id}/answers', hold, { question, text: 'it is ours' })
  await approver('POST', '/holds/{id}/extend', hold, { until: new Date(Date.now() + 5 * 3_600_000).toISOString() })
  await approver('POST', '/holds/{id}/extend', hold, { until: '2999-01-01T00:00:00Z' })
  const items = held.map(one => ({ hold: one.hold, digest: one.digest }))
  const wrong = items.map(one => ({ ...one, digest: 'none' }))
  await approver('POST', '/holds/reviews', {}, { verdict: 'approve', items: wrong })
  await approver('POST', '/holds/reviews', {}, { verdict: 'reject', items })
  await approver('POST', '/holds/reviews', {}, { verdict: 'reject', items })
  await agent('POST', '/api/v1/actions/{id}/answers', { id: first.action }, { question, text: 'too late' })
  await owner('POST', '/holds/{id}/answers', hold, { question, text: 'too late' })
}
