import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { letterBox } from './letters'

test('a client that is killed in the middle of a letter leaves the box as it was', async () => {
  const box = await letterBox()
  const port = Number(new URL(box.smtp.url).port)
  for (let n = 0; n < 10; n++) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'data')
    for (const line of ['EHLO x', 'MAIL FROM:<x@localhost>']) {
      socket.write(`${line}\r\n`)
      await once(socket, 'data')
    }
    socket.resetAndDestroy()
  }
  await box.close()
  expect(box.letters).toEqual([])
})
