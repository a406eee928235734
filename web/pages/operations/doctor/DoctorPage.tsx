import { Button, Stack, Text, Title } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AREAS, type Area, type DoctorReport, type VerdictView } from '../../../../src/operations/doctor/contract.ts'
import { meQuery } from '../../../api/accounts.ts'
import { doctorQuery } from '../../../api/doctor.ts'
import { FaultBox } from '../../../ui/FaultBox.tsx'
import { plural } from '../../../ui/format.ts'
import { Loading } from '../../../ui/Loading.tsx'
import { Page } from '../../../ui/Page.tsx'
import { When } from '../../../ui/When.tsx'
import classes from './Doctor.module.css'
import { FixEndpoint } from './FixEndpoint.tsx'
import { VerdictRow } from './VerdictRow.tsx'

const AREA_NAMES: Record<Area, string> = {
  configuration: 'Configuration',
  database: 'Database',
  panel: 'Game panel',
  fleet: 'Nodes and plans',
  stripe: 'Stripe',
  webhooks: 'Webhooks',
  mail: 'Mail',
  host: 'This host and its address',
  work: 'Background work',
}

export function DoctorPage() {
  const report = useQuery(doctorQuery)
  return (
    <Page
      title="Doctor"
      tab="Doctor, operations"
      lead="Looks at everything that can be wrong and says what to do. The same as bin/givrwrld doctor, which works when this page does not."
      actions={
        <Button
          variant="default"
          leftSection={<IconStethoscope size={16} aria-hidden />}
          loading={report.isFetching}
          onClick={() => void report.refetch()}
        >
          Look again
        </Button>
      }
    >
      {report.isPending && <Loading label="The doctor looks at everything" heights={[40, 260, 260]} />}
      {report.isError && <FaultBox error={report.error} title="The doctor could not be asked" retry={report.refetch} />}
      {report.data && <Report report={report.data} />}
    </Page>
  )
}

function Report({ report }: { report: DoctorReport }) {
  const me = useQuery(meQuery)
  const [fixing, setFixing] = useState(false)
  const onFixEndpoint = me.data?.user?.role === 'admin' ? () => setFixing(true) : null
  const { verdicts } = report
  const wanted = [...verdicts.filter(({ state }) => state === 'failed'), ...verdicts.filter(({ state }) => state === 'warning')]
  return (
    <Stack gap="lg">
      <Sum report={report} />
      {wanted.length > 0 && <Verdicts title="What needs somebody" verdicts={wanted} onFixEndpoint={onFixEndpoint} />}
      <div className={classes.areas}>
        {AREAS.map((area) => {
          const rest = verdicts.filter((one) => one.area === area && !wanted.includes(one))
          return rest.length > 0 && <Verdicts key={area} title={AREA_NAMES[area]} verdicts={rest} onFixEndpoint={onFixEndpoint} />
        })}
      </div>
      <FixEndpoint asking={fixing} onClose={() => setFixing(false)} />
    </Stack>
  )
}

type VerdictsProps = { title: string; verdicts: VerdictView[]; onFixEndpoint: (() => void) | null }

function Verdicts({ title, verdicts, onFixEndpoint }: VerdictsProps) {
  return (
    <section className="card" aria-label={title}>
      <Title order={2} fz="1.05rem" mb={4}>
        {title}
      </Title>
      <ul className={classes.list}>
        {verdicts.map((verdict) => (
          <VerdictRow key={verdict.id} verdict={verdict} onFixEndpoint={onFixEndpoint} />
        ))}
      </ul>
    </section>
  )
}

function Sum({ report: { state, at, verdicts } }: { report: DoctorReport }) {
  const count = (wanted: VerdictView['state']) => verdicts.filter((one) => one.state === wanted).length
  const [failed, warnings, skipped] = [count('failed'), count('warning'), count('skipped')]
  const parts = [...(failed > 0 ? [`${failed} failed`] : []), ...(warnings > 0 ? [`${warnings} to be looked at`] : [])]
  return (
    <div className={classes.sum} data-state={state} role="status">
      <strong>{state === 'ok' ? 'All is well' : parts.join(', ')}</strong>
      <Text c="dimmed" size="sm" component="span">
        {plural(verdicts.length - skipped, 'thing')} looked at{skipped > 0 && `, ${skipped} could not be`} · <When at={at} /> · kept for
        half a minute
      </Text>
    </div>
  )
}
