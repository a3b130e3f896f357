import { notFound } from 'next/navigation'

/** Every address that nothing else answers: said inside the frame, so that one can go on from there. */
export default function Page() {
  notFound()
}
