import { Missing } from '@/components/ui/missing'

export default function NotFound() {
  return <Missing what="page">The address may be mistyped, or the page has moved.</Missing>
}
