import { expect, test } from 'vitest'
import { type Attacker, CHECKOUT, newAddress, wish } from '../attacker.ts'

/** What another site's page can make a signed-in customer's browser send. */
const FOREIGN: Record<string, Record<string, string>> = {
  'another origin': { origin: 'https://evil.test' },
  'no origin at all': { origin: 'null' },
  'ours as a prefix': { origin: 'http://localhost.evil.test' },
  'a form': { origin: 'https://evil.test', 'content-type': 'text/plain' },
}

export function attackPages(attack: () => Attacker): void {
  test('a cookie is worth nothing on another site’s request', async () => {
    const a = attack()
    const { cookie } = await a.person()
    const unmarked = { cookie, 'sec-fetch-site': 'cross-site' }
    for (const [how, headers] of Object.entries({ ...FOREIGN, 'no Origin, but cross-site': unmarked })) {
      const sent = { headers: { ...headers, cookie }, raw: JSON.stringify(wish({ plan_id: 'none' })) }
      expect((await a.send('POST', CHECKOUT, sent)).status, how).toBe(401)
      for (const path of ['/api/auth/sign-out', '/api/auth/sign-in/email', '/api/auth/request-password-reset'])
        expect([403, 415], `${how} ${path}`).toContain((await a.send('POST', path, { ...sent, raw: '{}' })).status)
    }
    expect((await a.send('GET', '/api/orders', { cookie })).status).toBe(200)
    expect((await a.send('POST', CHECKOUT, { cookie, json: wish({ plan_id: 'none' }) })).status).toBe(400)
  })

  test('a session begins at sign-in, ends at sign-out, and is not for scripts', async () => {
    const a = attack()
    const { email, password, cookie: old } = await a.person()
    const answer = await a.send('POST', '/api/auth/sign-in/email', {
      cookie: 'givrwrld.session_token=fixed.fixed',
      json: { email, password },
    })
    a.left.splice(-2)
    const [line = ''] = answer.headers.getSetCookie()
    expect(line).toMatch(/; HttpOnly/i)
    expect(line).toMatch(/; SameSite=Lax/i)
    expect(line).not.toContain('fixed')
    expect(line).not.toContain(old)
    await a.send('POST', '/api/auth/sign-out', { cookie: old, json: {} })
    expect((await a.send('GET', '/api/orders', { cookie: old })).status).toBe(401)
  })

  test('no link and no form of ours leads to another site', async () => {
    const a = attack()
    const aside = [
      'https://evil.test',
      '//evil.test',
      '/\\evil.test',
      '/..//evil.test',
      '/.//evil.test',
      '/x/..//evil.test',
      '/\t/evil.test',
    ]
    const more = ['javascript:alert(1)', `${a.stack.url}.evil.test`, `${a.stack.url}@evil.test`, '/%2e%2e//evil.test', '/..\\/evil.test']
    for (const target of [...aside, ...more]) {
      for (const name of ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL', 'redirectTo']) {
        const query = `token=x&${name}=${encodeURIComponent(target)}`
        const { status, headers } = await a.send('GET', `/api/auth/verify-email?${query}`)
        expect([401, 403], `${name} ${target} → ${headers.get('location')}`).toContain(status)
      }
      const json = { email: 'p1@attack.test', password: 'long-enough', name: 'M', callbackURL: target, redirectTo: target }
      for (const path of ['sign-in/email', 'sign-up/email', 'send-verification-email', 'request-password-reset'])
        expect((await a.send('POST', `/api/auth/${path}`, { headers: { origin: a.stack.url }, json })).status, target).toBe(403)
    }
    const own = await a.send('GET', '/api/auth/verify-email?token=x&callbackURL=/orders')
    expect(own.headers.get('location')).toMatch(/^\/orders\?error=/)
  })

  test('links in mails lead to the shop, whatever host the request names', async () => {
    const a = attack()
    const { email } = await a.person()
    const body = JSON.stringify({ email, redirectTo: '/elsewhere' })
    const lies = 'X-Forwarded-Host: evil.test\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.test'
    const head = `Host: evil.test\r\n${lies}\r\nX-Forwarded-For: ${newAddress()}\r\nOrigin: ${a.stack.url}\r\nContent-Type: application/json`
    const answer = await a.wire(`POST /api/auth/request-password-reset HTTP/1.1\r\n${head}\r\nContent-Length: ${body.length}`, body)
    expect(answer).toMatch(/^HTTP\/1.1 200/)
    const mails = async () => {
      const { messages } = (await (await fetch(`${a.stack.sandbox.controlUrl}/mail/messages.json?to=${email}`)).json()) as {
        messages: { subject: string; text: string; html: string }[]
      }
      return messages.find((one) => /password/.test(one.subject))
    }
    await expect.poll(mails, { timeout: 10_000 }).toBeDefined()
    const mail = await mails()
    expect(mail?.text).toContain(`${a.stack.url}/reset-password?token=`)
    expect(JSON.stringify(mail)).not.toContain('evil.test')
  })

  test('every answer tells browsers what they may do with it', async () => {
    const a = attack()
    for (const path of ['/', '/orders/x', '/api/shop', '/api/nothing', '/assets/nothing.js']) {
      const { headers } = await a.send('GET', path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(/script-src ([^;]*)/.exec(policy)?.[1], path).toBe("'self'")
      expect(/style-src ([^;]*)/.exec(policy)?.[1], path).toMatch(/^'self' 'nonce-[\w+/]{22}=='$/)
      expect(policy, path).not.toContain('unsafe')
      expect(headers.get('permissions-policy'), path).toMatch(/camera=\(\).*microphone=\(\).*geolocation=\(\)/)
      for (const part of ["default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
        expect(policy, path).toContain(part)
      expect(Object.fromEntries(headers), path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'strict-origin-when-cross-origin',
      })
      for (const name of ['x-powered-by', 'server']) expect(headers.get(name), path).toBeNull()
    }
  })

  test('the nonce of a page is its own, new each time, and in no other answer', async () => {
    const a = attack()
    const pages = await Promise.all(['/', '/', '/ops/keys', '/index.html'].map((path) => a.send('GET', path)))
    const nonces = pages.map(({ text, headers }) => {
      const inPage = /property="csp-nonce" nonce="([^"]+)"/.exec(text)?.[1]
      expect(headers.get('content-security-policy')).toContain(`'nonce-${inPage}'`)
      return inPage
    })
    expect(new Set(nonces).size).toBe(pages.length)
    expect((await a.send('GET', '/scheme.js')).text).not.toContain('nonce')
  })

  test('an administrator’s cookie is worth nothing on another site’s request either', async () => {
    const a = attack()
    const { cookie } = await a.person({ role: 'admin' })
    const json = { name: 'Stolen', scopes: ['admin'], reason: 'none of theirs' }
    for (const [how, headers] of Object.entries(FOREIGN)) {
      const sent = await a.send('POST', '/api/ops/keys', { headers: { ...headers, cookie }, raw: JSON.stringify(json) })
      expect([401, 415], how).toContain(sent.status)
    }
    expect((await a.send('POST', '/api/sessions/revoke-others', { headers: { ...FOREIGN['another origin'], cookie } })).status).toBe(401)
    expect(await a.rows(`select 1 from api_keys where name = 'Stolen'`)).toEqual([])
    expect((await a.send('GET', '/api/ops/keys', { cookie })).status).toBe(200)
  })

  test('no path leads out of the folder of the pages, and no odd request to a fault', async () => {
    const a = attack()
    const out = ['/%2e%2e/%2e%2e/package.json', '/../../package.json', '/..%2f..%2fpackage.json', '/..%5c..%5cpackage.json']
    const more = [
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%252e%252e%252fpackage.json',
      '///etc/passwd.txt',
      '/x%00.js',
      '/index.html/x.js',
    ]
    for (const path of [...out, ...more]) expect(await a.wire(`GET ${path} HTTP/1.1\r\nHost: x`), path).toMatch(/^HTTP\/1.1 404/)
    for (const path of ['/%zz', '//etc/passwd', '/.env', '/api/games/%E0%A4%A', '/api/orders/%zz', '/%61pi/ops/orders']) {
      const answer = await a.wire(`GET ${path} HTTP/1.1\r\nHost: x`)
      expect(answer, path).not.toMatch(/^HTTP\/1.1 5|root:|DATABASE/)
    }
    for (const method of ['TRACE', 'PROPFIND', 'DELETE', 'PUT', 'OPTIONS'])
      expect(await a.wire(`${method} /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 0`), method).toMatch(/^HTTP\/1.1 40[45]/)
    expect(await a.wire('POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked')).toMatch(
      /^HTTP\/1.1 400/,
    )
  })
}
