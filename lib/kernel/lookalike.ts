/** Letters of other scripts that print like a Latin one (a hand-picked part of Unicode's confusables, UTS 39). */
const pairs: readonly (readonly [string, string])[] = [
  // Cyrillic
  ['аеѕіјорсухһԁԛԝӏүґїёҽ', 'aesijopcyxhdqwlyriee'],
  ['АВСЕЅІЈКМНОРТУХҮԚԜЗӀ', 'ABCESIJKMHOPTYXYQW3I'],
  // Greek
  ['αγικνορυωϲϳ', 'ayikvopuwcj'],
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ', 'ABEZHIKMNOPTYXC'],
  // Armenian, Cherokee, Latin letters that are not ASCII's, and signs
  ['աոսօհզցյԱՕՏ', 'wnuohqgjUOS'],
  ['ᎪᏴᏟᎠᎬᎻᏆᎫᏦᏞᎷᏢᎡᏚᎢᏙᏔᏃ', 'ABCDEHIJKLMPRSTVWZ'],
  ['ɑɡıɩʟⅼɴꞑոѵѡ', 'agiiLlNnnvw'],
  ['∕⁄ǃ․‚ꓸ⸳', '//!.,..'],
]

const table = new Map<string, string>()
for (const [from, to] of pairs) {
  const latin = [...to]
  for (const [i, character] of [...from].entries()) {
    const like = latin[i]
    if (like && !table.has(character)) table.set(character, like)
  }
}

/** The ASCII character that this one prints like, or null. Full-width and mathematical letters count too. */
export function lookalike(character: string): string | null {
  if (character <= '~') return null
  const known = table.get(character)
  if (known) return known
  const code = character.codePointAt(0) ?? 0
  const styled =
    (code >= 0xff01 && code <= 0xff5e) || (code >= 0x1d400 && code <= 0x1d7ff) || (code >= 0x2460 && code <= 0x24ff)
  if (!styled) return null
  const plain = character.normalize('NFKC')
  return /^[!-~]$/.test(plain) ? plain : null
}
