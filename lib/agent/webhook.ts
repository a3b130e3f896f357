/** What a webhook tells: that a decision has been taken, never what was asked for. */
export interface DecisionNews {
  readonly action_id: string
  readonly agent_id: string
  readonly hold_id: string | null
  readonly status: string
  readonly verdict: string
  readonly code: string
  readonly decided_at: Date
}

export const mostWebhooks = 10
/** Tries before a message is given up: with pauses from 15 seconds to 6 hours about 17 hours. */
export const mostWebhookAttempts = 10

/** A CloudEvents 1.0 event in JSON. */
export const envelope = (id: string, source: string, type: string, subject: string, time: Date, data: object) =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data,
  })

/** One message a decision or event, by its id: however often it is sent, its `webhook-id` is the same. */
export const messageIdOf = (subject: string) => `msg_${subject.slice(-26)}`

/**
 * The body of a decision's message: a CloudEvents 1.0 event in JSON. Status and links alone: what may be executed is read at
 * the gate with the agent's own key, so that a message is worth nothing to whoever else sees it (INV-47).
 */
export function decisionMessage(news: DecisionNews, url: string): string {
  return envelope(
    messageIdOf(news.action_id),
    `${url}/agents/${news.agent_id}`,
    'holdpoint.action.decided',
    news.action_id,
    news.decided_at,
    {
      id: news.action_id,
      status: news.status,
      verdict: news.verdict,
      code: news.code,
      decided_at: news.decided_at.toISOString(),
      hold_id: news.hold_id,
      links: {
        action: `${url}/api/v1/actions/${news.action_id}`,
        approval: news.hold_id && `${url}/approvals/${news.hold_id}`,
      },
    },
  )
}

/** A message that tells of nothing, to see whether it arrives. */
export function testMessage(id: string, webhook: string, agent: string | null, url: string, at: Date): string {
  return envelope(id, agent ? `${url}/agents/${agent}` : url, 'holdpoint.webhook.test', webhook, at, {
    webhook_id: webhook,
  })
}
