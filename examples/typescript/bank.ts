/** Stands for whatever your agent acts on. It gets the arguments that came back, which an approver may have narrowed. */
export const bank = {
  async send({ recipient, amount }: Record<string, unknown>): Promise<void> {
    console.log(`sent ${amount} to ${recipient}`)
  },
}
