import { expect, test } from 'vitest'
import { findConfigFile } from '../../src/config/find-config-file.ts'

test.each([
  [[], {}, 'curfew.yaml'],
  [[], { CURFEW_CONFIG: '/etc/curfew.yaml' }, '/etc/curfew.yaml'],
  [['--config', 'a.yaml'], { CURFEW_CONFIG: '/etc/curfew.yaml' }, 'a.yaml'],
  [['--config=b.yaml'], {}, 'b.yaml'],
  [['--config'], { CURFEW_CONFIG: '' }, 'curfew.yaml'],
])('%j with %j is %s', (args, env, file) => expect(findConfigFile(args, env)).toBe(file))
