import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ada, agentOf, approveOn, as, clean, everythingShown, expect, priya, type Stage, test } from './stage'

/** What Claude Code tells of a session, and what it is answered. */
async function tell(stage: Stage, event: Record<string, unknown>, wait = 0) {
  const response = await fetch(`${stage.url}/api/v1/hooks/claude-code`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agentOf(stage, 'Invoice agent').key}`,
      'content-type': 'application/json',
      prefer: `wait=${wait}`,
    },
    body: JSON.stringify({ cwd: '/work/shop', tool_use_id: `toolu_${randomUUID()}`, ...event }),
  })
  expect(response.status).toBe(200)
  return (await response.json()).hookSpecificOutput
}

test('Claude Code’s own tools are confirmed with their sentences, and one envelope lets the edits of a session go on', async ({
  browser,
  stage,
}) => {
  const governor = await as(browser, stage.url, ada)
  const data = {
    source: 'claude-code',
    suggested: true,
    ...JSON.parse(readFileSync('lib/hook/claude-code-tools.json', 'utf8')),
  }
  const taken = await governor.request.post(`${stage.url}/api/console/tools/import`, {
    data,
    headers: { origin: stage.url },
  })
  expect((await taken.json()).added).toContain('Edit')
  for (const tool of ['Edit', 'Write']) {
    await governor.goto(`${stage.url}/tools?q=${tool}`)
    await governor.getByRole('button', { name: tool, exact: true }).click()
    const sheet = governor.getByRole('dialog', { name: tool, exact: true })
    await expect(sheet.getByText('The file that was taken in says it.')).toBeVisible()
    if (tool === 'Edit') await clean(governor, 'journey-claude-tool')
    await sheet.getByRole('button', { name: /^This is what it is/ }).click()
    await expect(sheet).toHaveCount(0)
  }

  const session_id = randomUUID()
  const edit = (name: string, wait = 0) => {
    const tool_input = { file_path: `/work/shop/src/${name}.ts`, old_string: 'a', new_string: name }
    return tell(stage, { session_id, hook_event_name: 'PreToolUse', tool_name: 'Edit', tool_input }, wait)
  }
  await tell(stage, { session_id, hook_event_name: 'UserPromptSubmit', prompt: 'Tidy up the shop.' })
  const waits = edit('cart', 120)
  const page = await as(browser, stage.secondUrl, priya)
  await page.goto(`${stage.secondUrl}/approvals`)
  const open = page.getByRole('list', { name: 'Open approvals' })
  await expect(open.getByRole('link', { name: /Edit the file .*\/work\/shop\/src\/cart\.ts/ })).toBeVisible()
  await page.goto(`${stage.secondUrl}/grants`)
  const row = page
    .getByRole('region', { name: 'Waiting for people' })
    .getByRole('listitem')
    .filter({ hasText: '/work/shop/' })
  await clean(page, 'journey-claude-waiting')
  await row.first().getByRole('link', { name: 'Open the approval' }).click()
  await expect(page.getByRole('main')).toContainText('Tidy up the shop.')
  await expect(page.getByRole('main')).toContainText('beginning with “/work/shop/”')
  await everythingShown(page)
  await clean(page, 'journey-claude-envelope')
  await approveOn(page).click()
  expect(await waits).toMatchObject({ permissionDecision: 'allow' })
  expect(await edit('till')).toMatchObject({ permissionDecision: 'allow' })
  const away = { file_path: '/etc/hosts', old_string: 'a', new_string: 'b' }
  expect(
    await tell(stage, { session_id, hook_event_name: 'PreToolUse', tool_name: 'Edit', tool_input: away }),
  ).toMatchObject({ permissionDecision: 'deny', permissionDecisionReason: expect.stringContaining('waits for people') })
  await page.goto(`${stage.secondUrl}/approvals`)
  await expect(open.getByRole('link', { name: /cart\.ts/ })).toHaveCount(0)
})
