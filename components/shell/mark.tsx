/** The mark: two gate posts, and what waits between them. */
export function Mark({ className = 'size-5' }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" className={className} aria-hidden="true">
      <path d="M4.5 3.5v13M15.5 3.5v13" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      <circle cx="10" cy="10" r="2.25" fill="var(--accent)" />
    </svg>
  )
}
