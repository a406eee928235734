import { Autocomplete, Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { LOG_FNS, LOG_LEVELS } from '../../../../src/operations/contract.ts'
import { paths } from '../../../paths.ts'
import { oneOf } from '../../../ui/search.ts'
import classes from './Logs.module.css'
import type { LogsSearch } from './log-search.ts'

const LEVELS = [
  { value: '', label: 'Any level' },
  { value: 'warn', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
]
const AGES = [
  { value: '', label: 'As far back as kept' },
  { value: '15m', label: 'Last 15 minutes' },
  { value: '1h', label: 'Last hour' },
  { value: '1d', label: 'Last day' },
  { value: '7d', label: 'Last 7 days' },
]
const FIELDS = [
  { name: 'fn', label: 'Function or job' },
  { name: 'order', label: 'Order id' },
  { name: 'customer', label: 'Customer', placeholder: 'Id or e-mail' },
  { name: 'request', label: 'Request id' },
  { name: 'text', label: 'Text', placeholder: 'In the last day, or since' },
] as const
type Field = (typeof FIELDS)[number]['name']
const textsOf = (search: LogsSearch): Record<Field, string> => ({
  fn: search.fn ?? '',
  order: search.order ?? '',
  customer: search.customer ?? '',
  request: search.request ?? '',
  text: search.text ?? '',
})

/** Every filter is in the address; another choice begins at the first page. */
export function LogFilters({ search }: { search: LogsSearch }) {
  const navigate = useNavigate()
  const [texts, setTexts] = useState(textsOf(search))
  const { fn, order, customer, request, text } = search
  useEffect(() => setTexts(textsOf({ fn, order, customer, request, text })), [fn, order, customer, request, text])
  const show = (part: LogsSearch) => void navigate({ to: paths.opsLogs, search: { ...search, ...part, cursor: undefined } })
  const typed = (name: Field, value: string) => setTexts((old) => ({ ...old, [name]: value }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    show(Object.fromEntries(FIELDS.map(({ name }) => [name, texts[name].trim() || undefined])))
  }
  const own =
    search.since && !AGES.some(({ value }) => value === search.since) ? [{ value: search.since, label: `Since ${search.since}` }] : []
  const level = search.level && !LEVELS.some(({ value }) => value === search.level) ? [search.level] : []
  return (
    <search>
      <form onSubmit={submit} className={classes.filters}>
        <NativeSelect
          label="Level"
          value={search.level ?? ''}
          onChange={(event) => show({ level: oneOf(LOG_LEVELS, event.currentTarget.value) })}
          data={[...LEVELS, ...level]}
        />
        <NativeSelect
          label="Since"
          value={search.since ?? ''}
          disabled={search.live === '1'}
          onChange={(event) => show({ since: event.currentTarget.value || undefined, until: undefined })}
          data={[...AGES, ...own]}
        />
        {FIELDS.map(({ name, label, ...rest }) =>
          name === 'fn' ? (
            <Autocomplete
              key={name}
              label={label}
              value={texts.fn}
              data={[...LOG_FNS]}
              onChange={(value) => typed('fn', value)}
              onOptionSubmit={(value) => show({ fn: value })}
            />
          ) : (
            <TextInput
              key={name}
              label={label}
              value={texts[name]}
              onChange={(event) => typed(name, event.currentTarget.value)}
              {...rest}
            />
          ),
        )}
        <Group gap="xs" align="flex-end">
          <Button type="submit">Search</Button>
          <Button variant="default" onClick={() => void navigate({ to: paths.opsLogs, search: { live: search.live } })}>
            Clear
          </Button>
        </Group>
      </form>
    </search>
  )
}
