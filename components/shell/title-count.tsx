'use client'
import { useEffect } from 'react'

const counted = /^\(\d+\+?\) /

/** What waits for me, in the title of the tab and on the icon of the installed app, wherever I am. */
export function TitleCount({ waiting }: { waiting: number }) {
  useEffect(() => {
    const lead = waiting > 0 ? `(${waiting > 99 ? '99+' : waiting}) ` : ''
    const write = () => {
      const title = lead + document.title.replace(counted, '')
      if (document.title !== title) document.title = title
    }
    write()
    // Every page writes its own title when it comes; ours goes in front again.
    const observer = new MutationObserver(write)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    if ('setAppBadge' in navigator) void navigator.setAppBadge(waiting).catch(() => undefined)
    return () => {
      observer.disconnect()
      document.title = document.title.replace(counted, '')
    }
  }, [waiting])
  return null
}
