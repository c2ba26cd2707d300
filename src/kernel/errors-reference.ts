import { ERRORS } from './errors.ts'

/** docs/reference/errors.md, made from the table of errors. */
export function renderErrorsReference(): string {
  const rows = Object.entries(ERRORS)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { http, exit, means }]) => `| \`${code}\` | ${http} | ${exit} | ${means} |`)
  return `# Errors

Every failure has a code. A switch gets the HTTP status and one sentence; the log and the command line
name the reason. Generated from \`src/kernel/errors.ts\` by \`npm run reference\`.

| code | HTTP status | exit status | what it means |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
