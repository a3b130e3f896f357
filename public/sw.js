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

/** A message names a hold and nothing else (docs/channels.md); what cannot be read is news. */
const read = event => {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

self.addEventListener('push', event => {
  const { hold, test } = read(event)
  const known = /^hld_[0-9A-HJKMNP-TV-Z]{26}$/.test(hold ?? '')
  const body = known ? 'Open it to see what it is.' : test ? 'This tells of nothing: notices arrive.' : 'Open Holdpoint.'
  const title = known ? 'An approval is waiting for you' : test ? 'A test by Holdpoint' : 'There is news'
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag: known ? hold : 'holdpoint',
      renotify: true,
      icon: '/icon-192.png',
      badge: '/icon-192.png',
      data: { path: known ? `/approvals/${hold}` : '/' },
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
