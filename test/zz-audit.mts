import { auditMany } from './bench/audit.ts'
for (const line of await auditMany(Number(process.argv[2]))) console.log(line)
