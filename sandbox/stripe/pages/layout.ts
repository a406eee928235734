const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: unknown) => String(text ?? '').replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)

/** Markup that is safe as it is. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
type Part = Html | string | number | null | undefined | false | Part[]

const render = (part: Part): string =>
  part instanceof Html ? part.text : Array.isArray(part) ? part.map(render).join('') : part === false ? '' : escaped(part)

/** A template whose holes are escaped unless they are markup themselves. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]) =>
  new Html(strings.reduce((text, piece, index) => text + render(parts[index - 1]) + piece))

const STYLE = `
:root{color-scheme:dark;--bg:#0b0f1a;--card:#141b2d;--line:#2b3652;--text:#eef2ff;--dim:#a9b4cf;--go:#22d3a5;--goText:#04231b;--bad:#ff9aa8;--warn:#ffd479}
*{box-sizing:border-box}
body{margin:0;background:radial-gradient(1200px 600px at 70% -10%,#1b2545,var(--bg));background-color:var(--bg);color:var(--text);font:16px/1.5 system-ui,sans-serif;min-height:100vh}
main{max-width:960px;margin:0 auto;padding:24px 16px 64px}
.banner{background:#3a2d05;color:var(--warn);text-align:center;padding:8px 16px;font-weight:600}
.cols{display:grid;grid-template-columns:1fr 1fr;gap:24px}
@media(max-width:760px){.cols{grid-template-columns:minmax(0,1fr)}}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px;margin:0 0 20px;overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:0 0 4px}h2{font-size:1.05rem;margin:0 0 12px}
.amount{font-size:2rem;font-weight:700;margin:4px 0 12px}
.dim{color:var(--dim)}.bad{color:var(--bad)}
ul.lines{list-style:none;margin:0;padding:0}ul.lines li{display:flex;justify-content:space-between;gap:12px;padding:8px 0;border-top:1px solid var(--line)}
label{display:block;margin:12px 0 4px;font-weight:600}
input{width:100%;padding:11px 12px;border-radius:9px;border:1px solid #5a6a92;background:#0d1322;color:var(--text);font:inherit}
.row{display:grid;grid-template-columns:1fr 1fr;gap:12px}
button,.button{display:inline-block;border:1px solid var(--line);border-radius:9px;padding:10px 14px;background:#1e2842;color:var(--text);font:inherit;cursor:pointer;text-decoration:none}
button.go,.button.go{background:var(--go);color:var(--goText);border-color:var(--go);font-weight:700;width:100%;margin-top:16px;padding:13px;text-align:center}
button.pick{display:flex;flex-wrap:wrap;width:100%;justify-content:space-between;gap:0 12px;margin:6px 0;text-align:left}
button.small{padding:4px 10px;font-size:.85rem}
:focus-visible{outline:3px solid #7dd3fc;outline-offset:2px}
a{color:#8fd3ff}code{font-size:.85em}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;padding:6px 8px;border-top:1px solid var(--line);vertical-align:top}
.scroll{overflow-x:auto}.scroll td,.scroll th{overflow-wrap:normal;white-space:nowrap}form.inline{display:inline}
.error{background:#3b1220;border:1px solid #a33a52;color:#ffc9d2;border-radius:9px;padding:10px 12px;margin:0 0 12px}
summary{cursor:pointer;font-weight:600}
`

/** A whole page: no script, nothing from elsewhere. */
export const page = (title: string, body: Html) =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><header class="banner">Sandbox: no money moves here. Only test cards work.</header><main>${body}</main></body></html>
`.text

export const money = (amount: number | null, currency: string | null) =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency: (currency ?? 'usd').toUpperCase() }).format((amount ?? 0) / 100)
