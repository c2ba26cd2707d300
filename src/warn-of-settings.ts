import type { Settings } from './config/options.ts'
import type { Logger } from './kernel/logger.ts'

/** Switches would be sent to a URL that is not served; behind a front server all is different. */
export function warnOfServerUrl(settings: Settings, logger: Logger): void {
  const { serverUrl, tlsCert } = settings
  const https = /^https:/i.test(serverUrl)
  if (tlsCert !== '' && !https) {
    logger.warn(`server_url is ${serverUrl}, but the server speaks https: write https://`)
  }
  if (tlsCert === '' && https && !isProxied(settings)) {
    logger.warn(
      `server_url is ${serverUrl}, but the server speaks plain http: set [server] tls_cert and tls_key, or trusted_proxies if a front server does TLS`,
    )
  }
}

/** Files would go on being sent by us, and nobody would know why. */
export function warnOfSendfile(settings: Settings, logger: Logger): void {
  const { sendfile } = settings
  if (sendfile === 'off' || isProxied(settings)) return
  logger.warn(
    `[server] sendfile = ${sendfile} does nothing: name the front server in trusted_proxies`,
  )
}

function isProxied({ trustedProxies }: Settings): boolean {
  return trustedProxies.unix || trustedProxies.networks.length > 0
}
