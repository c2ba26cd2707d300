import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { parseBootstrapConf } from '../bootstrap-config.ts'
import { shownPath } from './data-files.ts'
import { checkPath } from './data-text.ts'
import { aboutFile, errorAt, inFile, warningAt } from './finding.ts'
import { type CheckedFile, checkedFile } from './report.ts'
import type { Site } from './site.ts'

/** The script that every switch gets, and bootstrap.conf. */
export async function checkBootstrap({ files, settings }: Site): Promise<readonly CheckedFile[]> {
  const script = `bootstrap/${settings.bootstrapFilename}`
  const [checked, conf] = await Promise.all([
    checkPath(files, script, checkScript),
    checkPath(files, 'bootstrap/bootstrap.conf', parsedConf),
  ])
  const found =
    checked ?? checkedFile(shownPath(files, script), [missing(shownPath(files, script))])
  return conf === undefined ? [found] : [found, conf]
}

/** A warning only: definitions are also checked in repositories that hold nothing else. */
function missing(file: string): Diagnostic {
  const message =
    'there is no bootstrap script, and without it no switch is provisioned; `ztps init` writes ours'
  return aboutFile(file, 'warning', 'ZTP_MISSING_BOOTSTRAP', message)
}

function checkScript(text: string, file: string): readonly Diagnostic[] {
  const start = { line: 1, column: 1 }
  const found = []
  if (!text.startsWith('#!')) {
    const message =
      'the script has no interpreter line, and EOS does not run it: begin with #!/usr/bin/env python'
    found.push(errorAt(start, 'ZTP_BAD_BOOTSTRAP', message))
  }
  if (text.includes('\r')) {
    const line = text.slice(0, text.indexOf('\r')).split('\n').length
    const message =
      'lines end in carriage returns, and EOS does not run the script: save it with Unix line ends'
    found.push(errorAt({ line, column: 1 }, 'ZTP_BAD_BOOTSTRAP', message))
  }
  if (!/\$\{SERVER\}|\$SERVER(?![A-Za-z0-9_])/.test(text)) {
    const message = 'the script does not contain $SERVER, and cannot learn the URL of this server'
    found.push(warningAt(start, 'ZTP_BAD_BOOTSTRAP', message))
  }
  return inFile(found, file, text)
}

function parsedConf(text: string, file: string): readonly Diagnostic[] {
  return parseBootstrapConf(text, file).diagnostics
}
