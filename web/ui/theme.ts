import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Emerald is what can be pressed and what is well. Shade 5 is rgb(16, 185, 129). */
const emerald: MantineColorsTuple = [
  '#ecfdf5',
  '#d1fae5',
  '#a7f3d0',
  '#6ee7b7',
  '#34d399',
  '#10b981',
  '#0ea371',
  '#047857',
  '#065f46',
  '#064e3b',
]

/** From text (0) over borders (4) and raised surfaces (6) to the ground (7): a near-black blue. */
const dark: MantineColorsTuple = [
  '#e3eaf4',
  '#bcc8d9',
  '#9aa9be',
  '#8292a9',
  '#27344a',
  '#1a2538',
  '#101929',
  '#060b16',
  '#040811',
  '#02050b',
]

const SYSTEM_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
const SYSTEM_MONO = "ui-monospace, 'SF Mono', SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"

export const theme = createTheme({
  primaryColor: 'emerald',
  primaryShade: 5,
  colors: { emerald, dark },
  /** Text on a filled colour: white on emerald is too weak to read, so it is chosen by luminance. */
  autoContrast: true,
  black: '#071120',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: SYSTEM_FONTS,
  fontFamilyMonospace: SYSTEM_MONO,
  headings: {
    fontFamily: SYSTEM_FONTS,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: 'clamp(1.65rem, 1.3rem + 1.5vw, 2.25rem)', lineHeight: '1.2' },
      h2: { fontSize: '1.25rem', lineHeight: '1.35' },
      h3: { fontSize: '1.05rem', lineHeight: '1.4' },
    },
  },
  components: {
    // In a narrow column a long address in an alert breaks instead of running out of it.
    Alert: { styles: { body: { minWidth: 0, overflowWrap: 'anywhere' } } },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    // A dialog stands above the ground, so it is a shade lighter than it.
    Modal: {
      styles: {
        content: { background: 'var(--site-sheet)', border: '1px solid var(--site-line)' },
        header: { background: 'var(--site-sheet)' },
        title: { fontWeight: 650, fontSize: '1.1rem' },
      },
    },
  },
})

/** Names whose text must stay readable on a tinted surface of their own colour, in both schemes. */
const TINTS = ['emerald', 'red', 'yellow', 'blue', 'gray'] as const
const tint = (shade: number, part: string) =>
  Object.fromEntries(TINTS.map((name) => [`--mantine-color-${name}-${part}`, `var(--mantine-color-${name}-${shade})`]))
const wash = (percent: number) =>
  Object.fromEntries(
    TINTS.map((name) => [`--mantine-color-${name}-light`, `color-mix(in srgb, var(--mantine-color-${name}-5) ${percent}%, transparent)`]),
  )

/** Our own words for surfaces, and Mantine's where its shades miss WCAG AA on our grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: {
    '--site-card': 'rgba(148, 170, 205, 0.055)',
    '--site-card-raised': 'rgba(148, 170, 205, 0.1)',
    '--site-sheet': '#0d1524',
    '--site-line': 'rgba(148, 170, 205, 0.17)',
    '--site-well': 'var(--mantine-color-emerald-4)',
    '--site-warn': '#fbbf24',
    '--site-bad': '#fb8585',
    '--mantine-color-error': '#fb8585',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-3)',
    ...tint(3, 'light-color'),
    ...tint(4, 'outline'),
    ...wash(14),
  },
  light: {
    '--site-card': 'rgba(255, 255, 255, 0.85)',
    '--site-card-raised': '#ffffff',
    '--site-sheet': '#ffffff',
    '--site-line': 'rgba(15, 35, 65, 0.14)',
    '--site-well': 'var(--mantine-color-emerald-7)',
    '--site-warn': '#92500a',
    '--site-bad': '#b42323',
    '--mantine-color-body': '#f4f7fb',
    '--mantine-color-dimmed': '#47566b',
    '--mantine-color-placeholder': '#5b6a80',
    '--mantine-color-error': '#b42323',
    '--mantine-color-anchor': 'var(--mantine-color-emerald-7)',
    ...tint(9, 'light-color'),
    '--mantine-color-yellow-light-color': '#7a4100',
    '--mantine-color-red-light-color': '#991b1b',
    ...tint(7, 'outline'),
    ...tint(7, 'text'),
    ...wash(13),
  },
})
