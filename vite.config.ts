import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/**
 * The web app, built to files that the product itself serves. Nothing is inlined into HTML or JavaScript,
 * so that the server's content security policy can forbid inline scripts and `data:` addresses.
 */
export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // The setting of api/schemas.ts must be made before the first schema is: it stands in the chunk that every schema needs.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'schemas', test: /node_modules\/zod\/|web\/api\/schemas[.]ts$/ }] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000', '/functions': 'http://127.0.0.1:3000' } },
})
