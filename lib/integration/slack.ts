/** What a Slack message shows of a hold: facts that the product knows, never an argument or a word of an agent. */
export interface SlackFacts {
  readonly title: string
  readonly text: string
  readonly why: string | null
  readonly agent: string | null
  readonly risk: string
  readonly environment: string | null
  readonly expires_at: Date
  readonly hold: string
  readonly link: string
  /** May it be decided in Slack by whom it is shown to? */
  readonly decidable: boolean
}

/** Plain text, in which Slack reads neither links nor mentions; at most what a block takes. */
const plain = (text: string) => ({ type: 'plain_text', text: text.slice(0, 2_000), emoji: false })

/** For the one field that Slack always reads as its own markup. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const button = (label: string, more: object) => ({ type: 'button', text: plain(label), ...more })

const confirm = (title: string, text: string, yes: string) => ({
  confirm: { title: plain(title), text: plain(text), confirm: plain(yes), deny: plain('Back') },
})

/** The message about a hold. Buttons carry its id and nothing else. */
export function slackMessage(facts: SlackFacts): object {
  const fields = [
    ...(facts.agent ? [plain(`Agent: ${facts.agent}`)] : []),
    plain(`Risk: ${facts.risk}`),
    ...(facts.environment ? [plain(`Environment: ${facts.environment}`)] : []),
    plain(`Ends: ${facts.expires_at.toISOString().slice(0, 16).replace('T', ' ')} UTC`),
  ]
  const decide = facts.decidable
    ? [
        button('Approve', {
          action_id: 'approve',
          value: facts.hold,
          style: 'primary',
          ...confirm('Approve?', 'The arguments are on the page, not here.', 'Approve'),
        }),
        button('Reject', {
          action_id: 'reject',
          value: facts.hold,
          style: 'danger',
          ...confirm('Reject?', 'The agent is told no.', 'Reject'),
        }),
      ]
    : []
  return {
    text: escaped(`${facts.title}: ${facts.text}`),
    blocks: [
      { type: 'section', text: plain(`${facts.title}\n${facts.text}`) },
      { type: 'section', fields },
      ...(facts.why ? [{ type: 'context', elements: [plain(`Why you: ${facts.why}`)] }] : []),
      { type: 'actions', elements: [button('Open', { action_id: 'open', url: facts.link }), ...decide] },
    ],
    unfurl_links: false,
    unfurl_media: false,
    parse: 'none',
  }
}

/** What stands in its place once it has been decided there. */
export function slackDecided(sentence: string, link: string): object {
  return {
    text: escaped(sentence),
    blocks: [
      { type: 'section', text: plain(sentence) },
      { type: 'actions', elements: [button('Open', { action_id: 'open', url: link })] },
    ],
    parse: 'none',
  }
}

/** How long a request by Slack may have been on its way, in seconds, either way. */
export const slackPatience = 300

/** What Slack's signature is over (v0): the time that it says and the body as it was sent. */
export const slackSigned = (timestamp: string, body: string): string => `v0:${timestamp}:${body}`

/** Is this a time that Slack may have signed at? Whole seconds since 1970, five minutes at most from now. */
export function isTimely(timestamp: string, at: Date): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(at.getTime() / 1_000 - Number(timestamp)) <= slackPatience
}

const known: Readonly<Record<string, string>> = {
  invalid_auth: 'Slack does not know this bot token.',
  not_authed: 'Slack does not know this bot token.',
  account_inactive: 'The bot of this workspace was removed.',
  token_revoked: 'The bot token was revoked in Slack.',
  token_expired: 'The bot token has expired.',
  missing_scope: 'The bot may not do this: it needs chat:write, im:write, users:read and users:read.email.',
  ratelimited: 'Slack asks to be called less often.',
  invalid_arguments: 'Slack did not understand what was sent.',
  users_not_found: 'Nobody in this workspace has your e-mail address: give your member id.',
  channel_not_found: 'This Slack account cannot be written to.',
  user_not_found: 'There is no such Slack account.',
  cannot_dm_bot: 'This is a bot, not a person.',
}

/** Slack's word for what went wrong, in ours. */
export const slackError = (code: string): string =>
  known[code] ?? `Slack says: ${code.replaceAll(/[^a-z0-9_]/g, '').slice(0, 60)}.`

/** Is it about the account that is written to, so that trying again would not help? */
export const isAccountsFault = (code: string): boolean =>
  ['channel_not_found', 'user_not_found', 'cannot_dm_bot', 'user_disabled', 'messages_tab_disabled'].includes(code)
