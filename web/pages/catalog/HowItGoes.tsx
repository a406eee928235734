import { SimpleGrid, Text, Title } from '@mantine/core'
import { IconActivity, IconLock, IconTerminal2 } from '@tabler/icons-react'

const STEPS = [
  {
    icon: IconLock,
    title: 'Held before you pay',
    text: 'Checkout opens only when your plan fits. Its memory, disk and ports are yours until you pay or leave.',
  },
  {
    icon: IconActivity,
    title: 'Built in plain sight',
    text: 'Payment, account, server, installation: your order page shows each step as it happens, and the clock since your payment.',
  },
  {
    icon: IconTerminal2,
    title: 'Run from your own panel',
    text: 'You get the address and a Pterodactyl panel account with console, files and settings of your server.',
  },
]

export function HowItGoes() {
  return (
    <section aria-labelledby="how-title">
      <Title order={2} id="how-title" mt={56} mb="md">
        How it goes
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg">
        {STEPS.map(({ icon: Icon, title, text }) => (
          <div className="card" key={title}>
            <Icon size={24} color="var(--site-well)" aria-hidden />
            <Title order={3} mt="xs" mb={4}>
              {title}
            </Title>
            <Text c="dimmed">{text}</Text>
          </div>
        ))}
      </SimpleGrid>
    </section>
  )
}
