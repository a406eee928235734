import { Hono } from 'hono'
import { escapeHtml, page } from '../control/layout.ts'
import type { Inbox, StoredMail } from './inbox.ts'

/** The inbox for people (`/mail`, `/mail/<id>`) and for programs (`/mail/messages.json`, `/mail/messages/<id>`). */
export const mailPages = (inbox: Inbox): Hono =>
  new Hono()
    .get('/mail/messages.json', (c) => c.json({ messages: inbox.messages(c.req.query('to')) }))
    .get('/mail/messages/:id', (c) => {
      const mail = inbox.message(c.req.param('id'))
      return mail ? c.json(mail) : c.json({ error: 'no such message' }, 404)
    })
    .get('/mail', (c) => c.html(listPage(inbox.messages(c.req.query('to')), c.req.query('to') ?? '')))
    .get('/mail/:id', (c) => {
      const mail = inbox.message(c.req.param('id'))
      return mail ? c.html(mailPage(mail)) : c.html(page('No such message', '<p><a href="/mail">Back to the inbox</a></p>'), 404)
    })

const when = (at: string): string => `<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`

const listPage = (mails: StoredMail[], to: string): string =>
  page(
    'Mail inbox',
    `<form method="get" action="/mail" class="row"><label>To <input name="to" type="email" value="${escapeHtml(to)}" placeholder="everybody"></label><button>Show</button></form>
    <p>${mails.length} message${mails.length === 1 ? '' : 's'}. Nothing here ever left this machine.</p>
    <ul class="list" data-newest="${mails[0]?.id ?? ''}">${mails
      .map(
        (mail) =>
          `<li><a href="/mail/${mail.id}"><strong>${escapeHtml(mail.subject)}</strong></a><br><span class="quiet">to ${escapeHtml(mail.to.join(', '))} · ${when(mail.at)}</span></li>`,
      )
      .join('')}</ul>`,
    RELOAD_ON_NEWS,
  )

/** No refresh while a reader types or reads: the page is loaded anew only when another message has come. */
const RELOAD_ON_NEWS = `
const { newest: shown } = document.querySelector('[data-newest]').dataset
setInterval(async () => {
  const answer = await fetch('/mail/messages.json' + location.search).catch(() => null)
  if (!answer?.ok) return
  const newest = (await answer.json()).messages[0]?.id ?? ''
  if (shown !== newest && document.activeElement?.tagName !== 'INPUT') location.reload()
}, 2000)`

/** The frame runs no scripts and reaches nothing; links open beside it. */
const mailPage = (mail: StoredMail): string =>
  page(
    mail.subject || 'Message',
    `<p><a href="/mail">Back to the inbox</a></p>
    <p class="quiet">from ${escapeHtml(mail.from)}<br>to ${escapeHtml(mail.to.join(', '))}<br>${when(mail.at)}</p>
    ${mail.html && `<iframe title="The message" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(`<base target="_blank">${mail.html}`)}"></iframe>`}
    <h2>Links in it</h2>
    <ul class="list">${mail.links.map((link) => `<li><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></li>`).join('') || '<li>none</li>'}</ul>
    <h2>As text</h2>
    <pre tabindex="0">${escapeHtml(mail.text)}</pre>`,
  )
