import type { Answer } from '../respond.ts'

/** One sheet for the few pages; nothing is fetched from elsewhere. */
const STYLE = `<style>
  :root { color-scheme: dark }
  body { margin: 0; background: #14181f; color: #dbe2ea; font: 15px/1.45 system-ui, sans-serif }
  main { padding: 1rem; max-width: 76rem; margin: 0 auto }
  main.narrow { max-width: 26rem }
  h1 { font-size: 1.3rem } h1 small { color: #8d99a8; font-weight: 400 } h2 { font-size: 1rem; margin: .2rem 0 }
  a { color: #7cc4ff }
  article, form { background: #1d232d; border-radius: .5rem; padding: .75rem 1rem; margin: .75rem 0 }
  article p { margin: .2rem 0 }
  label { display: block; margin: .5rem 0 }
  input { display: block; width: 100%; box-sizing: border-box; padding: .5rem; margin-top: .2rem; border: 1px solid #465264; border-radius: .3rem; background: #10141a; color: inherit; font: inherit }
  button { padding: .55rem 1.2rem; border: 0; border-radius: .3rem; background: #1f6bbb; color: #fff; font: inherit; cursor: pointer }
  :focus-visible { outline: 3px solid #7cc4ff; outline-offset: 2px }
  .scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .87rem }
  th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #2a323e; white-space: nowrap } th { color: #8d99a8; font-weight: 500 }
  .good { color: #6fd08c } .bad { color: #ff8f87 } .dim { color: #8d99a8 }
</style>`

/** A page that reloads itself takes the reader's place and selection away: what changed is put in instead. */
const FOLLOW = `<script>
setInterval(async () => {
  const answer = await fetch(location.href).catch(() => null)
  if (!answer?.ok || document.hidden) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main')
  const shown = document.querySelector('main')
  if (fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh)
}, 3000)
</script>`

/** @param follows the page keeps itself as new as the server has it */
export function page(body: string, follows = false): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=UTF-8', 'cache-control': 'no-store' },
    body: `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>Sandbox panel</title>${STYLE}</head>
<body>
${body}
${follows ? FOLLOW : ''}
</body>
</html>
`,
  }
}
