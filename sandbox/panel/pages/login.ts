import { fold } from '../fold.ts'
import { passwordMatches } from '../password.ts'
import { escapeHtml } from '../respond.ts'
import type { UserRow } from '../rows.ts'
import type { Store } from '../store.ts'

export const loginPage = (failed: string | null): string => `<main class="narrow">
  <h1>Panel <small>sandbox</small></h1>
  <form method="post" action="/auth/login">
    ${failed === null ? '' : `<p class="bad" role="alert">${escapeHtml(failed)}</p>`}
    <label>Username or e-mail <input name="user" autocomplete="username" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Log in</button>
    <p><a href="/auth/password">Forgot password?</a></p>
  </form>
</main>`

/** What a customer sees after the login; there is no session, the page is the answer to the form. */
export function serversPage(store: Store, form: URLSearchParams): string {
  const name = fold((form.get('user') ?? '').trim())
  const user = store.users.where('username', name)[0] ?? store.users.where('email', name)[0]
  if (!user || !passwordMatches(user.password, form.get('password') ?? '')) {
    return loginPage('No account matching those credentials could be found.')
  }
  return `<main class="narrow">
  <h1>Your servers</h1>
  <p>Logged in as <b>${escapeHtml(user.username)}</b> (${escapeHtml(user.email)})</p>
  ${cards(store, user) || '<p>There are no servers associated with your account.</p>'}
  <p><a href="/auth/login">Log out</a></p>
</main>`
}

const WORDS: Record<string, string> = {
  installing: 'Installing',
  install_failed: 'Installation failed',
  reinstall_failed: 'Installation failed',
  suspended: 'Suspended',
}

const cards = (store: Store, user: UserRow): string =>
  store.servers
    .where('owner', user.id)
    .map((server) => {
      const main = store.allocations.get(server.allocation_id)
      const state = WORDS[server.status ?? ''] ?? (store.daemonServers.get(server.uuid)?.state === 'running' ? 'Running' : 'Offline')
      return `<article><h2>${escapeHtml(server.name)}</h2>
    <p><span class="${server.status === null ? 'good' : 'bad'}">${state}</span> · ${escapeHtml(main?.alias ?? main?.ip)}:${main?.port}</p>
    <p>${server.memory} MiB memory, ${server.disk} MiB disk, ${server.cpu} % CPU · ${escapeHtml(store.eggs.get(server.egg_id)?.name)}</p></article>`
    })
    .join('\n')
