import { SMTPServer } from 'smtp-server'

export interface Letter {
  readonly to: readonly string[]
  /** As it came over the wire: headers, quoted-printable body. */
  readonly text: string
}

/** A real mail server on loopback that keeps what it is handed; `arrived` is told before it is taken. */
export async function letterBox(arrived: () => void = () => undefined) {
  const letters: Letter[] = []
  const mail = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let text = ''
      stream.on('data', (part: Buffer) => {
        text += part.toString('utf8')
      })
      stream.on('end', () => {
        letters.push({ to: session.envelope.rcptTo.map(one => one.address), text: text.replaceAll('=\r\n', '') })
        arrived()
        done()
      })
    },
  })
  // A client that is killed breaks off: that is its own end, and not the server's.
  mail.on('error', error => {
    if (!('remoteAddress' in error)) throw error
  })
  const port = await new Promise<number>(resolve => {
    const listening = mail.listen(0, '127.0.0.1', () => {
      const address = listening.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  return {
    letters,
    smtp: { url: `smtp://127.0.0.1:${port}`, from: 'Holdpoint <holdpoint@localhost>' },
    close: () => new Promise<void>(resolve => mail.close(() => resolve())),
  }
}
