import type { Page } from '@playwright/test'
import { accessible, ada, approveOn, as, choose, expect, grace, submit, test } from './stage'

const keep = async (page: Page, name: string) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await accessible(page, `${name} ${colorScheme}`)
    await page.screenshot({ path: `.artefacts/screens/policy-${name}-${colorScheme}-desktop.png`, fullPage: true })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.screenshot({ path: `.artefacts/screens/policy-${name}-${colorScheme}-phone.png`, fullPage: true })
    await page.setViewportSize({ width: 1280, height: 800 })
  }
}

test('a rule is written from a form, checked, proposed, published by a second person, and rolled back', async ({
  browser,
  stage,
}) => {
  test.setTimeout(180_000)
  const page = await as(browser, stage.url, ada)
  await page.goto(`${stage.url}/policies`)
  await expect(page.getByText('Version 1', { exact: true }).first()).toBeVisible()

  await page.getByRole('link', { name: 'New rule from a template' }).click()
  await page.getByRole('radio', { name: /^Payments over a limit/ }).click()
  await page.getByRole('textbox', { name: 'Limit' }).fill('7.50')
  await choose(page.getByRole('combobox', { name: 'What happens' }), 'It is denied')
  await expect(page.getByText('Payments over 7.50 are denied.', { exact: true })).toBeVisible()
  await expect(page.getByText('decimal("7.50")')).toBeVisible()
  await keep(page, 'template')
  await page.getByRole('button', { name: 'Add it to a draft' }).click()

  const editor = page.getByRole('textbox', { name: 'Policy in Cedar' })
  await expect(editor).toContainText('@id("ask-a-person")')
  await expect(page.getByText(/No errors in \d+ rules\./)).toBeVisible()
  await expect(page.getByText('+').first()).toBeVisible()

  // An error is said in place, by line, and a press leads there. The completion knows the facts.
  await editor.press('Control+Home')
  await editor.pressSequentially('@id("mine") @reason("r")\nforbid (principal, action, resource) when { context.tenan')
  await expect(page.getByRole('listbox').getByRole('option', { name: /tenant_in_scope/ })).toBeVisible()
  await editor.press('Escape')
  await editor.pressSequentially('cy };\n')
  const fault = page.getByRole('button', { name: /^Error, line 2:.*tenancy/ })
  await expect(fault).toBeVisible()
  await expect(page.getByRole('button', { name: 'Propose…' })).toBeDisabled()
  await keep(page, 'errors')
  await fault.click()
  await expect(editor).toBeFocused()
  await editor.press('Control+Home')
  await editor.press('Shift+ArrowDown')
  await editor.press('Shift+ArrowDown')
  await editor.press('Delete')
  await expect(page.getByText(/No errors in \d+ rules\./)).toBeVisible()
  await keep(page, 'draft')

  await page.getByRole('button', { name: 'Propose…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('Nothing over 7.50 for now')
  await dialog.getByRole('button', { name: 'Propose' }).click()
  await expect(page).toHaveURL(/\/approvals\/hld_/)
  await expect(page.getByText('You proposed this change.')).toBeVisible()
  await expect(approveOn(page)).toBeDisabled()
  const hold = page.url()

  const second = await as(browser, stage.url, grace)
  await second.goto(hold)
  await expect(second.getByText('decimal("7.50")')).toBeVisible()
  await approve(second)
  await page.goto(`${stage.url}/policies`)
  await expect(page.getByText('Version 2', { exact: true }).first()).toBeVisible({ timeout: 15_000 })
  const pay = {
    tool: 'send_money',
    operation: 'pay',
    params: { recipient: 'GB29NWBK60161331926819', amount: '8.00', currency: 'GBP' },
  }
  const denied = await submit(stage, pay)
  expect(denied.body).toMatchObject({ status: 'denied' })

  // Any two versions are compared, and an earlier one comes back as a new one.
  await page.getByRole('button', { name: 'Compare version 1' }).click()
  await expect(page.getByRole('dialog').getByText('decimal("7.50")')).toBeVisible()
  await accessible(page, 'compare')
  await page.keyboard.press('Escape')
  await keep(page, 'versions')
  await page.getByRole('button', { name: 'Restore version 1' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('Back to before')
  await page.getByRole('dialog').getByRole('button', { name: 'Propose' }).click()
  await expect(page).toHaveURL(/\/approvals\/hld_/)
  await second.goto(page.url())
  await approve(second)
  await page.goto(`${stage.url}/policies`)
  await expect(page.getByText('Version 3', { exact: true }).first()).toBeVisible({ timeout: 15_000 })
  await expect.poll(async () => (await submit(stage, pay)).body.status).toBe('held')
})

async function approve(page: Page): Promise<void> {
  const button = approveOn(page)
  await expect(button).toBeEnabled()
  await button.click()
  await expect(page.getByText(/approved/i).first()).toBeVisible()
}
