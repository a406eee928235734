// Before the first paint: the reader's chosen colour scheme, so that the light one does not flash dark. A file, because inline scripts are forbidden.
try {
  const chosen = localStorage.getItem('mantine-color-scheme-value')
  const dark = chosen === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen !== 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
} catch {
  // Storage is closed to us: dark stays.
}
