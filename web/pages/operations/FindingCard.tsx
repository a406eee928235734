import { Badge, Group, Text, Title } from '@mantine/core'
import type { FindingView } from '../../../src/findings/contract.ts'
import { paths } from '../../paths.ts'
import { plural } from '../../ui/format.ts'
import { TextLink } from '../../ui/links.tsx'
import { When } from '../../ui/When.tsx'
import { ResolveFinding } from './ResolveFinding.tsx'

const COLORS: Record<FindingView['severity'], string> = { info: 'blue', warning: 'yellow', critical: 'red' }

export function FindingCard({ finding }: { finding: FindingView }) {
  const { subjectType, subjectId } = finding
  return (
    <section className="card" aria-label={finding.summary}>
      <Group justify="space-between" align="flex-start" mb="xs">
        <Group gap="sm">
          <Badge color={COLORS[finding.severity]} variant="light" tt="none">
            {finding.severity}
          </Badge>
          <span className="mono">{finding.kind}</span>
        </Group>
        {finding.status === 'open' && <ResolveFinding finding={finding} />}
      </Group>
      <Title order={2} fz="1.1rem">
        {finding.summary}
      </Title>
      <Text mt={4}>{finding.remedy}</Text>
      <Text size="sm" c="dimmed" mt="sm" component="div">
        {subjectType === 'order' ? (
          <TextLink to={paths.opsOrder} params={{ orderId: subjectId }} underline="always" size="sm">
            order {subjectId.slice(0, 8)}
          </TextLink>
        ) : (
          <span className="mono">
            {subjectType} {subjectId}
          </span>
        )}
        {' · '}seen {plural(finding.timesSeen, 'time')}, last <When at={finding.lastSeenAt} /> · open since{' '}
        <When at={finding.openedAt} as="date" />
        {finding.resolvedAt && (
          <>
            {' · '}resolved <When at={finding.resolvedAt} /> by {finding.resolvedBy ?? 'the system'}
          </>
        )}
      </Text>
      {Object.keys(finding.evidence).length > 0 && (
        <details style={{ marginTop: '0.6rem' }}>
          <summary>Evidence</summary>
          <pre className="mono" style={{ whiteSpace: 'pre-wrap', margin: '0.5rem 0 0' }}>
            {JSON.stringify(finding.evidence, null, 2)}
          </pre>
        </details>
      )}
    </section>
  )
}
