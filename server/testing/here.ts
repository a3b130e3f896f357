import type { Server } from 'node:http'
import { atEnd } from './at-end'

/** Has it listen on a free port of this machine until the file's last test has ended. Answers its origin. Call at the top of a test file. */
export async function here(server: Server): Promise<string> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('it does not listen')
  return `http://127.0.0.1:${address.port}`
}
