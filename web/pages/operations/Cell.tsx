import type { ReactNode } from 'react'

/** A cell of the console's tables; on a narrow screen the column's name stands before its value. */
export const Cell = ({ label, children }: { label: string; children: ReactNode }) => (
  <td data-label={label}>
    <div>{children}</div>
  </td>
)
