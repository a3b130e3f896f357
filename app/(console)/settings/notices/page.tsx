import type { Metadata } from 'next'
import { NoticesSettings } from '@/components/notice/notices-page'

export const metadata: Metadata = { title: 'How I am told' }

export default function Page() {
  return <NoticesSettings />
}
