import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { Gathering } from './gathering'

it('what is written in one turn, corked or not, waits for its end, and then arrives whole and in order', async () => {
  let heard = ''
  const server = createServer(socket => {
    socket.setEncoding('utf8').on('data', text => {
      heard += text
    })
    socket.on('end', () => socket.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  const socket = new Gathering()
  socket.connect(at.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('0')
  expect(socket.writableLength).toBe(1)
  for (const text of ['a', 'b']) {
    socket.cork()
    socket.write(text)
    socket.uncork()
  }
  socket.write('c')
  expect(socket.writableLength).toBe(4)
  await new Promise(resolve => process.nextTick(resolve))
  expect(socket.writableCorked).toBe(0)
  // As pg says goodbye: the end follows what was written.
  socket.write('d', () => socket.end())
  await once(socket, 'close')
  expect(heard).toBe('0abcd')
  await new Promise(resolve => server.close(resolve))
})
