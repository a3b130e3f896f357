import { Ban, Check, CircleDashed, TriangleAlert } from 'lucide-react'
import { Badge } from '@/components/ui/badge'
import type { McpServerItem } from './servers'

/** How it went when the server was asked last. */
export function ServerState({ state }: Pick<McpServerItem, 'state'>) {
  switch (state) {
    case 'reachable':
      return (
        <Badge tone="allowed" icon={Check}>
          Answers
        </Badge>
      )
    case 'failing':
      return (
        <Badge tone="denied" icon={TriangleAlert}>
          Does not answer
        </Badge>
      )
    case 'forbidden':
      return (
        <Badge tone="denied" icon={Ban}>
          Not allowed here
        </Badge>
      )
    case 'unknown':
      return <Badge icon={CircleDashed}>Not asked yet</Badge>
  }
}

/** Where a server is, in one line. */
export function placeText({ url, command, args }: Pick<McpServerItem, 'url' | 'command' | 'args'>): string {
  return url ?? [command, ...args].join(' ')
}
