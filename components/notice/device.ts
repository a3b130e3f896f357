'use client'

/** Can this browser be told at all? */
export const takesPush = (): boolean =>
  typeof window !== 'undefined' && 'serviceWorker' in navigator && 'PushManager' in window

/** The service worker shows notices and the page for when there is no network. It decides nothing. */
export async function startWorker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register('/sw.js', { scope: '/' })
  return navigator.serviceWorker.ready
}

/** Asks the person whether this browser may be told, and subscribes it. @throws Error in plain words */
export async function subscribe(
  publicKey: string,
): Promise<{ endpoint: string; keys: { p256dh: string; auth: string } }> {
  if (!takesPush())
    throw new Error('This browser takes no notices. On an iPhone, add Holdpoint to the home screen first.')
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('This browser was told not to show notices of this page. Its settings can change that.')
  const worker = await startWorker()
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
  const { endpoint, keys } = made.toJSON()
  if (!endpoint || !keys?.p256dh || !keys.auth) throw new Error('This browser could not subscribe.')
  return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } }
}

/** `Chrome on Linux`, as a name that can be recognised. */
export function thisDevice(): string {
  const text = navigator.userAgent
  const browser = ['Edg', 'Firefox', 'Chrome', 'Safari'].find(one => text.includes(`${one}/`)) ?? 'Browser'
  const system = ['Android', 'iPhone', 'iPad', 'Mac', 'Windows', 'Linux'].find(one => text.includes(one))
  return `${browser === 'Edg' ? 'Edge' : browser}${system ? ` on ${system}` : ''}`
}
