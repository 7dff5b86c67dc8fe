/** The variables that Curfew itself reads, whatever the chats and targets are, for `.env.example` and `check`. */
import type { Variable } from '../ports.ts'

export const VARIABLES: readonly Variable[] = [
  {
    name: 'REDIS_URL',
    says: 'Where the records live, like redis://127.0.0.1:6379, or rediss:// with TLS. Redis 7 or Valkey 8, with `appendonly yes`.',
  },
  {
    name: 'CURFEW_KEY',
    says: 'Every record is sealed with it. Make it with `openssl rand -hex 32`, once; keep it, and keep it safe.',
  },
  {
    name: 'PORT',
    says: 'Where /healthz, /readyz and chats that call Curfew are answered. Else 3000.',
    optional: true,
  },
  { name: 'HOST', says: 'The address it listens at. Else all.', optional: true },
  { name: 'LOG_LEVEL', says: 'From trace to fatal, or silent. Else info.', optional: true },
]
