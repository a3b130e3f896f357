'use client'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

export const shortestPassword = 12

/** A new password. Length is what counts; nothing else is demanded. */
export function PasswordField({
  value,
  onChange,
  tried,
  problem,
}: {
  value: string
  onChange: (text: string) => void
  tried: boolean
  problem?: string
}) {
  const short = tried && value.length < shortestPassword ? `At least ${shortestPassword} characters.` : undefined
  return (
    <Field
      label="Password"
      hint={`At least ${shortestPassword} characters. A sentence is good.`}
      error={problem ?? short}
    >
      {bind => (
        <Input
          {...bind}
          type="password"
          autoComplete="new-password"
          maxLength={200}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
