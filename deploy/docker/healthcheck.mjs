// Whether a switch would get its bootstrap script: exit status 0, or 1 and the reason. ZTPS_HEALTH_URL
// is where to ask, if the server listens elsewhere or speaks TLS.
const url = process.env.ZTPS_HEALTH_URL || 'http://127.0.0.1:8080/bootstrap'

try {
  const response = await fetch(url, { method: 'HEAD' })
  if (!response.ok) {
    const advice =
      response.status === 400 ? "; is there a data directory? 'ztps init' makes one" : ''
    fail(`answered ${response.status}${advice}`)
  }
} catch (fault) {
  fail(fault.cause?.message ?? fault.message)
}

function fail(reason) {
  console.error(`${url}: ${reason}`)
  process.exitCode = 1
}
