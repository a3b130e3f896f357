import type { SignedIn } from '@/lib/access/permission'
import { closingLineOf, exportLine } from '@/lib/audit/export'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { newestCheckpoint, readEntries } from './log-store'
import { demandWholeLog } from './views'

const page = 500

/**
 * The log up to the newest signed head, as lines, closed by that head: whole however many events arrive meanwhile (L12).
 * That somebody took it is recorded first (L09). One page at a time is in memory. @throws Refused request.forbidden,
 * request.not_found while nothing is sealed
 */
export async function exportLog(app: Instance, person: SignedIn): Promise<ReadableStream<Uint8Array>> {
  demandWholeLog(person)
  const db = reader(app.db.background)
  const head = await newestCheckpoint(db)
  if (!head) throw new Refused('request.not_found', 'Nothing has been sealed yet.')
  await transact(app.db, async tx => {
    const at = await clock(tx)
    await record(tx, at, [
      { type: 'log.exported', by: { kind: 'person', id: person.id }, subjects: ['log'], data: { size: head.size } },
    ])
  })
  const encoder = new TextEncoder()
  const lines = linesOf(db, head)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await lines.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      await lines.return(undefined)
    },
  })
}

async function* linesOf(db: Reader, head: { size: number; note: string }): AsyncGenerator<string, void, undefined> {
  for (let from = 0; from < head.size; ) {
    const entries = await readEntries(db, from, head.size, page)
    const last = entries.at(-1)
    if (!last) break
    yield entries.map(one => exportLine(one.seq, one.body, one.leaf)).join('')
    from = last.seq + 1
  }
  yield closingLineOf(head.note)
}
