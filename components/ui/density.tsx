'use client'
import { Rows2, Rows4 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button'

const key = 'density'

/** How tall the rows of tables are, kept in this browser. */
export function DensityToggle() {
  const [compact, setCompact] = useState(false)
  useEffect(() => setCompact(localStorage.getItem(key) === 'compact'), [])
  useEffect(() => {
    document.documentElement.dataset.density = compact ? 'compact' : 'normal'
  }, [compact])
  return (
    <IconButton
      label={compact ? 'Roomier rows' : 'Denser rows'}
      onClick={() => {
        localStorage.setItem(key, compact ? 'normal' : 'compact')
        setCompact(!compact)
      }}
    >
      {compact ? <Rows2 aria-hidden /> : <Rows4 aria-hidden />}
    </IconButton>
  )
}
