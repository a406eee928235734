import { fold } from '../fold.ts'
import { escapeHtml } from '../respond.ts'
import type { World } from '../world.ts'

const narrow = (body: string): string =>
  `<main class="narrow"><h1>Panel <small>sandbox</small></h1>${body}<p><a href="/auth/login">Log in</a></p></main>`

export const forgottenPage = (): string =>
  narrow(`<form method="post" action="/auth/password">
    <label>E-mail <input name="email" type="email" autocomplete="email" required></label>
    <button>Send me a link</button>
  </form>`)

/** Says the same whether the address is known or not. */
export function mailLink(world: World, form: URLSearchParams, origin: string): string {
  const user = world.store.users.where('email', fold((form.get('email') ?? '').trim()))[0]
  if (user) world.links.mail(user, origin, 'forgotten')
  return narrow('<p role="status">If there is an account with this address, a link is on its way to it.</p>')
}

export const setPage = (world: World, token: string, problem: string | null = null): string =>
  world.links.known(token)
    ? narrow(`<form method="post" action="/auth/password/reset/${escapeHtml(token)}">
    ${problem === null ? '' : `<p class="bad" role="alert">${escapeHtml(problem)}</p>`}
    <label>New password <input name="password" type="password" autocomplete="new-password" minlength="8" required></label>
    <button>Set password</button>
  </form>`)
    : narrow('<p class="bad" role="alert">This link was used, or is too old. <a href="/auth/password">Ask for a new one.</a></p>')

export function takePassword(world: World, token: string, form: URLSearchParams): string {
  const password = form.get('password') ?? ''
  if (password.length < 8) return setPage(world, token, 'At least 8 characters.')
  return world.links.use(token, password)
    ? narrow('<p class="good" role="status">Your password is set. You can log in now.</p>')
    : setPage(world, token)
}
