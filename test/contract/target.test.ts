/** Every kind of target goes through the same suite; a new one adds its descriptor here. */
import { describePostgres, describePostgresLogins, findVersions } from '../fixtures/postgres.ts'
import { describeTarget } from './target.ts'

for (const version of await findVersions()) {
  describeTarget(describePostgres(version))
  describeTarget(describePostgresLogins(version))
}
