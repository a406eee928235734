import { FAULTS, type Fault, type System } from '../faults.ts'
import { escapeHtml, page } from './layout.ts'

const SYSTEMS: Record<System, string> = { panel: 'Game panel', stripe: 'Stripe', mail: 'Mail' }

interface Option {
  name: string
  label: string
  /** Offered only where the fault's description speaks of it. */
  always?: boolean
  type: 'number' | 'text'
  hint: string
}
const OPTIONS: Option[] = [
  { name: 'ms', label: 'Milliseconds', type: 'number', hint: '5000' },
  { name: 'status', label: 'HTTP status', type: 'number', hint: '500' },
  { name: 'field', label: 'Field', type: 'text', hint: 'environment.SERVER_JARFILE' },
  { name: 'match', label: 'Only requests that contain', always: true, type: 'text', hint: 'POST /api/application/servers' },
  { name: 'times', label: 'How many times (empty: until switched off)', always: true, type: 'number', hint: '1' },
]

/** @param wrong why the last one was not switched on */
export const faultsPage = (active: Fault[], wrong: string | null): string =>
  page(
    'Faults',
    `${wrong === null ? '' : `<p class="bad" role="alert">Not switched on: ${escapeHtml(wrong)}</p>`}
    <h2>On now</h2>
    ${active.length === 0 ? '<p>Nothing: everything works.</p>' : `${active.map(activeFault).join('')}<form method="post" action="/faults/off"><button class="plain">Switch all off</button></form>`}
    ${(Object.keys(FAULTS) as System[]).map(section).join('')}`,
  )

const activeFault = (fault: Fault): string => {
  const { id, hits, system, kind, ...rest } = fault
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  return `<div class="card on row"><div style="flex:1 1 240px"><h3>${SYSTEMS[system]}: ${escapeHtml(kind)}</h3>
    <span class="quiet">${escapeHtml([`hit ${hits} times`, ...details].join(' · '))}</span></div>
    <form method="post" action="/faults/${id}/off"><button class="plain" aria-label="Switch off ${SYSTEMS[system]} ${escapeHtml(kind)}">Switch off</button></form></div>`
}

const section = (system: System): string =>
  `<h2>${SYSTEMS[system]}</h2>${Object.entries(FAULTS[system])
    .map(([kind, about]) => faultForm(system, kind, about))
    .join('')}`

const faultForm = (system: System, kind: string, about: string): string => {
  const offered = OPTIONS.filter((option) => option.always || about.includes(`\`${option.name}\``))
  const fields = offered.map(
    ({ name, label, type, hint }) =>
      `<label>${label} <input name="${name}" type="${type}"${type === 'number' ? ' min="0"' : ''} placeholder="${hint}"></label>`,
  )
  return `<form method="post" action="/faults" class="card" id="${system}-${kind}">
    <input type="hidden" name="system" value="${system}"><input type="hidden" name="kind" value="${kind}">
    <div class="row"><div style="flex:1 1 240px"><h3>${kind}</h3><span class="quiet">${escapeHtml(about.replaceAll('`', ''))}</span></div>
    <button aria-label="Switch on ${SYSTEMS[system]} ${kind}">Switch on</button></div>
    <details><summary>Options</summary><div class="row">${fields.join('')}</div></details></form>`
}
