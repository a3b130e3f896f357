import { toast } from '@/components/ui/toast'

/** Says so where somebody else has to agree first; the list of people then links to it. */
export function sayWaiting(answer: { readonly hold_id?: string }): void {
  if (answer.hold_id) toast('A second person must agree to this', { description: 'The list of people links to it.' })
}
