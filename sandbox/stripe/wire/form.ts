/** What a form can hold: text, lists and maps of text. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue }
export type Form = { [key: string]: FormValue }

const KEY = /[^[\]]+|\[\]/g

const isMap = (value: FormValue | undefined): value is Form => typeof value === 'object' && !Array.isArray(value)

/** Maps whose keys are all numbers were lists before they were encoded. */
function tidy(value: FormValue): FormValue {
  if (!isMap(value)) return value
  const keys = Object.keys(value)
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key)))
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => tidy(value[key]!))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tidy(inner)]))
}

/** Reads `a=1&items[0][price]=p&expand[]=x` into `{ a: '1', items: [{ price: 'p' }], expand: ['x'] }`. */
export function readForm(text: string): Form {
  const root: Form = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.match(KEY) ?? []
    let at = root
    path.forEach((step, depth) => {
      const key = step === '[]' ? String(Object.keys(at).length) : step
      if (key === '__proto__') return
      if (depth === path.length - 1) at[key] = value
      else {
        const inner = isMap(at[key]) ? (at[key] as Form) : Object.create(null)
        at[key] = inner
        at = inner
      }
    })
  }
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, tidy(value)]))
}
