/** System packages, installed as root only; the callers decide whether that is wanted. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { onPath, run } from './run.mjs'

/** By package manager: how to refresh its lists where it needs that, and how to install. */
const managers = {
  'apt-get': {
    refresh: ['update', '-qq'],
    install: ['install', '-y', '-qq', '--no-install-recommends'],
  },
  apk: { install: ['add', '--no-cache'] },
  dnf: { install: ['install', '-y', '-q', '--setopt=install_weak_deps=False'] },
}

/**
 * Installs a package by the manager that this machine has, without starting its service.
 * @param {Record<string, string>} names the package's name by manager
 * @returns {string | undefined} what went wrong
 */
export const installPackage = (names) => {
  const manager = Object.keys(managers).find((name) => names[name] && onPath(name))
  if (!manager) return `this machine has none of ${Object.keys(names).join(', ')}`
  const allowServices = forbidServices(manager)
  try {
    return install(manager, names[manager])
  } finally {
    allowServices()
  }
}

/** A fresh container has no package lists: then once more, with them. */
const install = (manager, name) => {
  const commands = managers[manager]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const attempt = (args) => {
    const { ok, output } = run(manager, args, { env })
    return ok ? undefined : output
  }
  const problem = attempt([...commands.install, name])
  if (problem === undefined || !commands.refresh) return problem
  return attempt(commands.refresh) ?? attempt([...commands.install, name])
}

/** Debian starts a service right after its installation unless this file says no. */
const forbidServices = (manager) => {
  const policy = '/usr/sbin/policy-rc.d'
  if (manager !== 'apt-get' || existsSync(policy)) return () => undefined
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => rmSync(policy, { force: true })
}
