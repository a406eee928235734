import { Button, SimpleGrid, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { paths } from '../../paths.ts'
import type { AuditPageSearch } from './search.ts'

/** A `datetime-local` field speaks the reader's zone, the address UTC. */
const toField = (at: string | undefined) => {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
const fromField = (text: string) => (text === '' ? undefined : new Date(text).toISOString())

/** Every filter is in the address; another choice begins at the first page. */
export function AuditFilters({ search }: { search: AuditPageSearch }) {
  const navigate = useNavigate()
  const [words, setWords] = useState({ actor: search.actor ?? '', target: search.target ?? '', did: search.did ?? '' })
  const [times, setTimes] = useState({ from: toField(search.from), until: toField(search.until) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { actor, target, did } = words
    const typed = { actor: actor.trim() || undefined, target: target.trim() || undefined, did: did.trim() || undefined }
    void navigate({ to: paths.opsAudit, search: { ...typed, from: fromField(times.from), until: fromField(times.until) } })
  }
  const word = (name: keyof typeof words, label: string, placeholder: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={words[name]}
      maxLength={200}
      onChange={(event) => setWords({ ...words, [name]: event.currentTarget.value })}
    />
  )
  const time = (name: keyof typeof times, label: string) => (
    <TextInput
      type="datetime-local"
      label={label}
      value={times[name]}
      onChange={(event) => setTimes({ ...times, [name]: event.currentTarget.value })}
    />
  )
  return (
    <search>
      <form onSubmit={submit}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 6 }} spacing="sm" mb="md">
          {word('actor', 'Who', 'E-mail, cli:…, key:…')}
          {word('target', 'To what', 'Id or e-mail')}
          {word('did', 'Deed', 'orders or orders.cancel')}
          {time('from', 'From')}
          {time('until', 'Until')}
          <Button type="submit" variant="default" mt="auto">
            Filter
          </Button>
        </SimpleGrid>
      </form>
    </search>
  )
}
