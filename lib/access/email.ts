/**
 * Reads an e-mail address, before anything normalises it: plain ASCII `local@domain.tld`, no quotes, comments, brackets,
 * spaces or look-alike characters (a full-width ＠ is not an @: I17). Case is folded. Null for anything else.
 */
export function readEmail(text: string): string | null {
  if (text.length > 254) return null
  const found =
    /^([A-Za-z0-9](?:[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{0,62}[A-Za-z0-9_])?)@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)$/.exec(
      text,
    )
  if (!found || text.includes('..')) return null
  return text.toLowerCase()
}

/**
 * What two addresses of one mailbox have in common: plus-tags go, and dots where the provider ignores them. Two people
 * with one skeleton are one human, who must not count twice in a quorum (A03).
 */
export function emailSkeleton(email: string): string {
  const at = email.lastIndexOf('@')
  const domain = email.slice(at + 1)
  const local = email.slice(0, at).replace(/\+.*$/, '')
  const google = domain === 'gmail.com' || domain === 'googlemail.com'
  return google ? `${local.replaceAll('.', '')}@gmail.com` : `${local}@${domain}`
}
