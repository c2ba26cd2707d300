import { ROUTES } from './routes.ts'

/** docs/reference/http.md, made from the table of routes. */
export function renderRoutesReference(): string {
  const rows = ROUTES.map(
    ({ method, path, purpose, answers }) =>
      `| ${method} ${path.replace('*', 'PATH').replace(':id', 'ID')} | ${purpose} | ${answers} |`,
  )
  return `# HTTP API for switches

What a switch asks, in the order it asks. Every path works as it stands and under the path of
\`server_url\`. HEAD works wherever GET does; another method gets 405 with \`Allow\`, another path 404. The
body of an error is one sentence, \`text/html; charset=UTF-8\`. No answer is compressed and each has a
Content-Length. Request Content-Types are not looked at. Generated from \`src/http/switch/routes.ts\` by
\`npm run reference\`.

| request | what for | answers |
| --- | --- | --- |
${rows.join('\n')}
`
}
