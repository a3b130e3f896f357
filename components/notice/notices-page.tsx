'use client'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { FormProblem } from '@/components/ui/form-problem'
import { Section } from '@/components/ui/section'
import { toast } from '@/components/ui/toast'
import { type Channel, channels, type Preference, type Topic, topics } from '@/lib/access/notice'
import { Devices } from './devices'
import { channelNames, type Notices, noticesPath, useNotices } from './notices'
import { QuietHours } from './quiet-hours'
import { SlackLink } from './slack-link'

const topicNames: Readonly<Record<Topic, readonly [name: string, what: string]>> = {
  approval: ['Approvals', 'Something waits for my decision'],
  reminder: ['Reminders', 'Time is running out'],
  escalation: ['Passed on to me', 'Others have not decided'],
  news: ['News', 'What I should know, without a decision'],
}

function Choices({ notices }: { notices: Notices }) {
  const [said, setSaid] = useState<Preference>(notices.preference)
  const save = useSubmit(
    () => call(noticesPath, { method: 'PUT', body: said, ifMatch: notices.etag }),
    () => toast('Saved'),
  )
  const set = (topic: Topic, channel: Channel, on: boolean) => {
    const list = channels.filter(one => (one === channel ? on : said.topics[topic].includes(one)))
    setSaid({ ...said, topics: { ...said.topics, [topic]: list } })
  }
  const wrong = topics.flatMap(topic => save.at(`/topics/${topic}`) ?? [])[0]
  return (
    <Section title="How I am told">
      <form
        className="flex flex-col gap-5 px-4 py-3"
        onSubmit={event => {
          event.preventDefault()
          void save.run()
        }}
      >
        <p className="text-ink-2 text-sm">
          In the app everything shows. Elsewhere you choose; what would not reach you there goes where it does.
        </p>
        <table className="w-full max-w-2xl text-sm">
          <thead>
            <tr className="text-left text-ink-3 text-xs">
              <th scope="col" className="py-1 font-medium">
                I am told of
              </th>
              {channels.map(one => (
                <th key={one} scope="col" className="w-18 py-1 text-center font-medium">
                  {channelNames[one]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y">
            {topics.map(topic => (
              <tr key={topic}>
                <th scope="row" className="py-1.5 pr-2 text-left font-normal">
                  {topicNames[topic][0]}
                  <span className="block text-ink-3 text-xs">{topicNames[topic][1]}</span>
                </th>
                {channels.map(channel => (
                  <td key={channel} className="text-center">
                    <Checkbox
                      label={`${topicNames[topic][0]} by ${channelNames[channel]}`}
                      checked={said.topics[topic].includes(channel)}
                      onChange={on => set(topic, channel, on)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {!notices.mail.available && (
          <p className="text-ink-3 text-xs">This Holdpoint sends no mail: its operator has set no mail server.</p>
        )}
        <QuietHours quiet={said.quiet} at={save.at} onChange={quiet => setSaid({ ...said, quiet })} />
        <FormProblem text={wrong ?? save.general} />
        <Button type="submit" look="primary" className="self-start" busy={save.busy}>
          Save
        </Button>
      </form>
    </Section>
  )
}

/** By which channels I am told of what, when not, and what is mine of them. */
export function NoticesSettings() {
  const notices = useNotices()
  return (
    <Answer query={notices}>
      {data => (
        <div className="flex flex-col gap-5">
          <Choices key={data.etag} notices={data} />
          <SlackLink slack={data.slack} />
          <Devices push={data.push} />
        </div>
      )}
    </Answer>
  )
}
