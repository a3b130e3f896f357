'use client'
import { Check, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { ofOrganisation } from '@/components/agent/webhooks'
import { WebhooksSection } from '@/components/agent/webhooks-section'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { channelNames, tryChannel } from '@/components/notice/notices'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { type ChannelHealth, type Channels, useChannels } from './channels'
import { DeadLetters } from './dead-letters'
import { SlackDialog } from './slack-dialog'

function State({ one }: { one: ChannelHealth }) {
  if (!one.available) return <Badge>Not set up</Badge>
  if (one.failures > 0)
    return (
      <Badge tone="denied" icon={TriangleAlert}>
        {one.failures === 1 ? 'Failed once' : `Failed ${one.failures.toLocaleString('en')} times`}
      </Badge>
    )
  if (!one.last_success_at) return <Badge>Nothing sent yet</Badge>
  return (
    <Badge tone="allowed" icon={Check}>
      Arrives
    </Badge>
  )
}

const lacking: Readonly<Record<ChannelHealth['channel'], string>> = {
  mail: 'The operator sets a mail server with SMTP_URL.',
  slack: 'No workspace is connected.',
  push: '',
}

function Line({ one, slack, endpoint }: { one: ChannelHealth; slack: Channels['slack']; endpoint: string }) {
  const [doing, setDoing] = useState<'connect' | 'disconnect' | 'dead' | null>(null)
  const [told, setTold] = useState('')
  const attempt = useSubmit(
    () => tryChannel(one.channel),
    tried => setTold(tried.detail),
  )
  const disconnect = useSubmit(
    () => call('/api/console/slack', { method: 'DELETE' }),
    () => setDoing(null),
  )
  const isSlack = one.channel === 'slack'
  return (
    <li className="flex flex-col gap-1 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-medium">{channelNames[one.channel]}</h3>
        <State one={one} />
        <span className="ml-auto flex flex-wrap gap-1">
          {one.available && (
            <Button size="sm" look="quiet" busy={attempt.busy} onClick={() => void attempt.run()}>
              Send me a test<span className="sr-only"> by {channelNames[one.channel]}</span>
            </Button>
          )}
          {isSlack && (
            <Button size="sm" look="quiet" onClick={() => setDoing('connect')}>
              {slack ? 'New secrets…' : 'Connect…'}
            </Button>
          )}
          {isSlack && slack && (
            <Button size="sm" look="deny" onClick={() => setDoing('disconnect')}>
              Disconnect…
            </Button>
          )}
        </span>
      </div>
      <p className="flex flex-wrap gap-x-3 text-ink-3 text-xs">
        {!one.available && <span>{lacking[one.channel]}</span>}
        {isSlack && slack && (
          <span>
            <bdi>{slack.name}</bdi>, connected by <bdi>{slack.connected_by.name}</bdi>{' '}
            <RelativeTime at={slack.connected_at} />
          </span>
        )}
        {one.available && (
          <span>reaches {one.reaches === 1 ? 'one person' : `${one.reaches.toLocaleString('en')} people`}</span>
        )}
        {one.last_success_at && (
          <span>
            last arrived <RelativeTime at={one.last_success_at} />
          </span>
        )}
        {one.last_failure_at && (
          <span>
            last failed <RelativeTime at={one.last_failure_at} />
          </span>
        )}
        {one.waiting > 0 && <span>{one.waiting.toLocaleString('en')} still to send</span>}
        {one.given_up > 0 && (
          <button
            type="button"
            className="min-h-6 text-accent underline underline-offset-2"
            onClick={() => setDoing('dead')}
          >
            {one.given_up.toLocaleString('en')} given up
          </button>
        )}
      </p>
      {one.failures > 0 && one.last_error && <p className="wrap-anywhere text-denied text-xs">{one.last_error}</p>}
      <p role="status" className="text-ink-2 text-xs empty:hidden">
        {told}
      </p>
      <FormProblem text={attempt.general} />
      {doing === 'connect' && <SlackDialog endpoint={endpoint} onClose={() => setDoing(null)} />}
      {doing === 'dead' && (
        <DeadLetters channel={one.channel} name={channelNames[one.channel]} onClose={() => setDoing(null)} />
      )}
      {doing === 'disconnect' && (
        <ReasonDialog
          withoutReason
          title="Disconnect Slack?"
          description="Nothing is sent there any more, what is pressed there decides nothing, and everybody links their account anew."
          verb="Disconnect"
          look="deny"
          busy={disconnect.busy}
          problem={disconnect.general}
          onSend={() => void disconnect.run()}
          onClose={() => setDoing(null)}
        />
      )}
    </li>
  )
}

/** The channels that people are told by, and how these go. */
export function ChannelsSettings() {
  const channels = useChannels()
  return (
    <div className="flex flex-col gap-5">
      <Section title="Channels">
        <Answer query={channels}>
          {data => (
            <ul className="divide-y">
              {data.items.map(one => (
                <Line key={one.channel} one={one} slack={data.slack} endpoint={data.slack_endpoint} />
              ))}
            </ul>
          )}
        </Answer>
      </Section>
      <WebhooksSection of={ofOrganisation} may />
    </div>
  )
}
