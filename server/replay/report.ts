import type { Score } from './score'

const perDay = 1_000

const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`)

/** One suite under one set of rules, as Markdown. */
export function reportOf(title: string, rules: string, score: Score, approvers: number): string {
  const row = (name: string, { calls, allowed, narrowed, held, denied, marked }: Score['attackWrites']) =>
    `| ${name} | ${calls} | ${allowed} | ${narrowed} | ${held} | ${denied} | ${marked} (${percent(marked, held)}) |`
  const { benignSessions, attackSessions, approvals, injected } = score
  const each = benignSessions === 0 ? 0 : approvals / benignSessions
  const attackHeld = score.attackWrites.held + score.attackReads.held
  const attackMarked = score.attackWrites.marked + score.attackReads.marked
  const benignHeld = score.benignInBenign.held + score.benignInAttack.held
  const benignMarked = score.benignInBenign.marked + score.benignInAttack.marked
  return [
    `## ${title}: ${rules}`,
    [
      '| calls | all | allowed | narrowed | held | denied | held and marked as fed by untrusted text |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      row('attack, acting', score.attackWrites),
      row('attack, only reading', score.attackReads),
      row(`benign, in ${benignSessions} benign sessions`, score.benignInBenign),
      row(`benign, in ${attackSessions} attacked sessions`, score.benignInAttack),
      ...score.others.map(([label, counts]) => row(`of these, labelled ${label}`, counts)),
    ].join('\n'),
    [
      '| what | measured |',
      '| --- | ---: |',
      `| attack calls with an effect, executed unseen | ${score.attackWrites.allowed + score.attackWrites.narrowed} |`,
      `| approvals per benign session | ${each.toFixed(2)} |`,
      `| approvals a day at ${perDay.toLocaleString('en')} benign sessions | ${Math.round(each * perDay)} |`,
      `| — for each of ${approvers} approvers | ${Math.round((each * perDay) / approvers)} |`,
      `| held attack calls marked | ${attackMarked} of ${attackHeld} (${percent(attackMarked, attackHeld)}) |`,
      `| held benign calls marked | ${benignMarked} of ${benignHeld} (${percent(benignMarked, benignHeld)}) |`,
      `| the mark stands in the injected text | ${injected.pointed} of ${injected.known} (${percent(injected.pointed, injected.known)}) |`,
    ].join('\n'),
    score.rules.length === 0
      ? 'No benign session is held.'
      : [
          '| benign sessions held by rule | holds |',
          '| --- | ---: |',
          ...score.rules.map(([id, n]) => `| ${id} | ${n} |`),
        ].join('\n'),
  ].join('\n\n')
}
