import type { Tx } from '@/server/db/tx'

/** Only the newest setup token works. */
export async function replaceSetupToken(tx: Tx, hash: Buffer, at: Date): Promise<void> {
  await tx.query('update setup_token set used_at = $1 where used_at is null', [at])
  await tx.query('insert into setup_token (token_hash, created_at) values ($1, $2)', [hash, at])
}

export async function spendSetupToken(tx: Tx, hash: Buffer, at: Date): Promise<boolean> {
  return (
    (
      await tx.query('update setup_token set used_at = $2 where token_hash = $1 and used_at is null returning 1', [
        hash,
        at,
      ])
    ).length === 1
  )
}
