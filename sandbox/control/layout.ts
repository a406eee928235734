const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

const STYLE = `
:root { color-scheme: dark }
* { box-sizing: border-box }
body { margin: 0; background: #0b1120; color: #e5e7eb; font: 16px/1.5 system-ui, sans-serif }
header { padding: 12px 16px; border-bottom: 1px solid #1f2a44; background: #0f172a }
header nav { display: flex; flex-wrap: wrap; gap: 4px 20px; max-width: 960px; margin: 0 auto }
main { max-width: 960px; margin: 0 auto; padding: 16px }
h1 { font-size: 1.5rem; margin: 8px 0 16px } h2 { font-size: 1.15rem; margin: 28px 0 8px } h3 { font-size: 1rem; margin: 0 }
a { color: #34d399; overflow-wrap: anywhere }
a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible, pre:focus-visible { outline: 3px solid #34d399; outline-offset: 2px }
.quiet { color: #a8b3c7; font-size: .9rem; overflow-wrap: anywhere }
.list { list-style: none; padding: 0; margin: 0 } .list li { padding: 10px 0; border-bottom: 1px solid #1f2a44 }
.card { padding: 14px; margin: 0 0 12px; background: #111a2e; border: 1px solid #1f2a44; border-radius: 8px }
.on { border-color: #f59e0b } .bad { color: #fca5a5 }
.row { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: end }
label { display: block; font-size: .9rem }
input { display: block; width: 100%; min-width: 0; padding: 8px; font: inherit; color: #f9fafb; background: #0b1120; border: 1px solid #64748b; border-radius: 6px }
button { min-height: 40px; padding: 8px 14px; font: inherit; color: #03140d; background: #34d399; border: 0; border-radius: 6px; cursor: pointer }
button.plain { color: #e5e7eb; background: #334155 }
details { margin: 8px 0 } summary { cursor: pointer; padding: 4px 0 }
pre { padding: 12px; overflow: auto; background: #0f172a; border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { width: 100%; height: 480px; border: 0; border-radius: 8px; background: #fff }`

/** @param body HTML, escaped by the caller where it must be. @param script runs at the end */
export const page = (title: string, body: string, script = ''): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · sandbox</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><header><nav aria-label="Sandbox"><a href="/">Sandbox</a><a href="/mail">Mail</a><a href="/faults">Faults</a></nav></header>
<main><h1>${escapeHtml(title)}</h1>
${body}
</main>${script ? `<script>${script}</script>` : ''}</body></html>
`
