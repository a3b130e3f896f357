/*
 * What runs while no page is open: it shows that something waits, opens its page, and says so when there is no network. It keeps
 * no data, answers for nobody, and decides nothing: what it does not show itself goes to the network untouched.
 */
const shown = 'holdpoint-offline-1'
const offline = '/offline.html'

self.addEventListener('install', event => {
  event.waitUntil(caches.open(shown).then(cache => cache.add(new Request(offline, { cache: 'reload' }))))
  self.skipWaiting()
})

self.addEventListener('activate', event => {
  const others = names => Promise.all(names.filter(name => name !== shown).map(name => caches.delete(name)))
  event.waitUntil(caches.keys().then(others).then(() => self.clients.claim()))
})

self.addEventListener('fetch', event => {
  if (event.request.mode !== 'navigate' || event.request.method !== 'GET') return
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(offline)) ?? Response.error()))
})

/** A message names a hold, or what became of a passkey, and nothing else (docs/channels.md); what cannot be read is news. */
const read = event => {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

const passkeys = {
  added: 'A passkey was registered to your account',
  removed: 'A passkey was removed from your account',
  reset: 'Your passkeys were reset',
}

/** What is shown of a message, and the page that it opens. */
const shownOf = ({ hold, passkey, test }) => {
  if (/^hld_[0-9A-HJKMNP-TV-Z]{26}$/.test(hold ?? '')) {
    const body = 'Open it to see what it is.'
    return { title: 'An approval is waiting for you', body, tag: hold, path: `/approvals/${hold}` }
  }
  if (Object.hasOwn(passkeys, passkey ?? '')) {
    const body = 'Was it not you? Open it to see when, from where, and what to do.'
    return { title: passkeys[passkey], body, tag: `passkey-${passkey}`, path: '/settings/passkeys' }
  }
  if (test) return { title: 'A test by Holdpoint', body: 'This tells of nothing: notices arrive.', tag: 'holdpoint', path: '/' }
  return { title: 'There is news', body: 'Open Holdpoint.', tag: 'holdpoint', path: '/' }
}

self.addEventListener('push', event => {
  const { title, body, tag, path } = shownOf(read(event))
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag,
      renotify: true,
      icon: '/icon-192.png',
      badge: '/icon-192.png',
      data: { path },
    }),
  )
})

self.addEventListener('notificationclick', event => {
  event.notification.close()
  const { path } = event.notification.data ?? { path: '/' }
  const open = async () => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
    const page = pages.find(one => 'focus' in one)
    if (!page) return self.clients.openWindow(path)
    await page.focus()
    return page.navigate(path).catch(() => self.clients.openWindow(path))
  }
  event.waitUntil(open())
})
