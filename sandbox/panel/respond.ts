import { type IncomingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http'
import type { PanelError } from './errors.ts'
import type { Reply } from './world.ts'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private', ...headers },
  body: JSON.stringify(body),
})

export const html = (status: number, body: string, title: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
  body: `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title></head>\n<body>\n${body}\n</body>\n</html>\n`,
})

export const redirect = (to: string, headers: Record<string, string> = {}): Answer => ({
  ...html(302, `Redirecting to <a href="${escapeHtml(to)}">${escapeHtml(to)}</a>.`, `Redirecting to ${escapeHtml(to)}`),
  headers: { 'content-type': 'text/html; charset=UTF-8', location: to, ...headers },
})

export const escapeHtml = (text: unknown): string => String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)

export function answerReply(reply: Reply, headers: Record<string, string>): Answer {
  return reply.status === 204 ? { status: 204, headers, body: '' } : json(reply.status, reply.body, headers)
}

/** Only a caller whose first choice is JSON gets its errors as JSON; a browser is sent away or shown a page. */
const wantsJson = (headers: IncomingHttpHeaders): boolean => {
  const weight = (type: string) => Number(type.match(/;\s*q=([\d.]+)/)?.[1] ?? 1)
  const types = (headers.accept ?? '').split(',').map((type) => type.trim())
  const first = types.sort((a, b) => weight(b) - weight(a))[0] ?? ''
  const any = first === '' || first.startsWith('*/*')
  return /[/+]json/i.test(first) || (headers['x-requested-with'] === 'XMLHttpRequest' && any)
}

export function answerError(
  error: PanelError,
  request: { headers: IncomingHttpHeaders; origin: string },
  limit: Record<string, string>,
): Answer {
  const headers = { ...limit, ...error.headers }
  if (wantsJson(request.headers)) return json(error.status, error.body(), headers)
  if (error.redirect === 'login') return redirect(`${request.origin}/auth/login`, headers)
  if (error.redirect === 'back') return redirect(request.headers.referer ?? request.origin, headers)
  const words = titleOf(error.status)
  return html(error.status, `<main><b>${error.status}</b> <span>${words}</span></main>`, words, headers)
}

/** The framework has pages of its own for a few statuses; the others are plain. */
function titleOf(status: number): string {
  if (status === 500) return 'Server Error'
  const words = STATUS_CODES[status] ?? 'Error'
  return [401, 402, 403, 404, 419, 429, 503].includes(status) ? words : `An Error Occurred: ${words}`
}

export function send(response: ServerResponse, answer: Answer, method: string): void {
  response.writeHead(answer.status, answer.headers)
  response.end(method === 'HEAD' ? undefined : answer.body)
}
