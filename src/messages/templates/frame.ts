import type { Letter } from './props.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Text for HTML, in an element or in a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

/** A header line ends at a line break: what a customer typed must not start another. */
const oneLine = (text: string): string => text.replace(/\p{C}+/gu, ' ').trim()

export interface Content {
  subject: string
  /** Paragraphs of plain text; they are escaped here. */
  lines: string[]
  button?: { label: string; url: string }
  facts?: [string, string][]
  /** A last, smaller line. */
  small?: string
}

const PARAGRAPH = 'margin:0 0 16px;font-size:16px;line-height:1.5;color:#1f2937'

/** One quiet frame for every mail: no pictures, no style sheet, nothing fetched when it is opened. */
export function letter(content: Content, supportUrl: string): Letter {
  const { lines, button, facts = [], small } = content
  const subject = oneLine(content.subject)
  const text = [
    ...lines,
    ...(facts.length > 0 ? [facts.map(([name, value]) => `${name}: ${value}`).join('\n')] : []),
    ...(button ? [`${button.label}:\n${button.url}`] : []),
    ...(small ? [small] : []),
    `GIVRWRLD Servers\nHelp: ${supportUrl}`,
  ].join('\n\n')
  const rows = facts.map(
    ([name, value]) =>
      `<tr><td style="padding:4px 16px 4px 0;color:#4b5563">${escapeHtml(name)}</td><td style="padding:4px 0;color:#111827"><strong>${escapeHtml(value)}</strong></td></tr>`,
  )
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;background:#f3f4f6;font-family:system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px">
${lines.map((line) => `<p style="${PARAGRAPH}">${escapeHtml(line)}</p>`).join('\n')}
${rows.length > 0 ? `<table role="presentation" style="margin:0 0 16px;font-size:16px;border-collapse:collapse">${rows.join('')}</table>` : ''}
${button ? `<p style="margin:24px 0"><a href="${escapeHtml(button.url)}" style="display:inline-block;padding:12px 20px;background:#047857;color:#ffffff;border-radius:6px;text-decoration:none;font-size:16px">${escapeHtml(button.label)}</a></p>` : ''}
${small ? `<p style="margin:0 0 16px;font-size:14px;line-height:1.5;color:#4b5563">${escapeHtml(small)}</p>` : ''}
<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:14px;color:#4b5563">GIVRWRLD Servers · <a href="${escapeHtml(supportUrl)}" style="color:#047857">Help</a></p>
</div></body></html>
`
  return { subject, text, html }
}
