import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'

type Native<Props> = Props & Omit<ComponentPropsWithRef<'a'>, keyof Props>

const ButtonAnchor = (props: Native<ButtonProps>) => <Button component="a" {...props} />
const TextAnchor = (props: Native<AnchorProps>) => <Anchor {...props} />

/** A link that looks like a button: it goes somewhere, it does nothing. */
export const ButtonLink = createLink(ButtonAnchor)
export const TextLink = createLink(TextAnchor)
