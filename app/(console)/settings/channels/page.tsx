import type { Metadata } from 'next'
import { ChannelsSettings } from '@/components/channel/channels-page'

export const metadata: Metadata = { title: 'Channels' }

export default function Page() {
  return <ChannelsSettings />
}
