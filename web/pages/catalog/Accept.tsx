import { Anchor, Button, Checkbox, Text } from '@mantine/core'
import type { GameView } from '../../../src/catalog/contract.ts'
import { paths } from '../../paths.ts'
import { FaultBox } from '../../ui/FaultBox.tsx'
import { TextLink } from '../../ui/links.tsx'
import { VerifyNotice } from '../accounts/VerifyNotice.tsx'
import type { Buying } from './buying.ts'

type Props = { eula: GameView['eula']; buying: Buying }

/** What must be agreed to, and the one button. */
export function Accept({ eula, buying }: Props) {
  const { who, open, faults } = buying
  return (
    <>
      {who !== 'stranger' && (
        <>
          <Checkbox
            checked={buying.terms}
            onChange={(event) => buying.setTerms(event.currentTarget.checked)}
            error={faults.terms}
            label={
              <>
                I accept the{' '}
                <TextLink to={paths.terms} target="_blank" underline="always" inherit>
                  terms
                </TextLink>
              </>
            }
          />
          {eula && (
            <Checkbox
              checked={buying.eula}
              onChange={(event) => buying.setEula(event.currentTarget.checked)}
              error={faults.eula}
              label={
                <>
                  I accept the{' '}
                  <Anchor href={eula.url} target="_blank" rel="noreferrer" underline="always" inherit>
                    {eula.name}
                  </Anchor>
                </>
              }
            />
          )}
        </>
      )}
      {who === 'unverified' && buying.user && <VerifyNotice email={buying.user.email} next={buying.here} />}
      {buying.error && <FaultBox error={buying.error} title="Checkout could not be opened" />}
      <Button type="submit" size="md" fullWidth loading={buying.busy} disabled={!open || who === 'unverified' || who === 'unknown'}>
        Continue to payment
      </Button>
      {who === 'stranger' && (
        <Text size="sm" c="dimmed">
          First you create an account or sign in. Your choice is kept.
        </Text>
      )}
      {who === 'buyer' && open && (
        <Text size="sm" c="dimmed">
          Capacity is held while you pay. Payment is handled by Stripe; we never see your card.
        </Text>
      )}
    </>
  )
}
