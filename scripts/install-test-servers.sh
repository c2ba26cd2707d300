#!/usr/bin/env bash
# The servers and programs that tests start, from Debian's packages. Installs what is missing where it may (root on
# Debian or a kin of it), else says what to install. Nothing that it installs starts by itself.
set -euo pipefail

# package, and a program of it
servers=(
  'postgresql /usr/lib/postgresql/*/bin/postgres'
  'mariadb-server /usr/sbin/mariadbd'
  'systemd /usr/bin/systemd-notify'
  'openssl /usr/bin/openssl'
  'curl /usr/bin/curl'
  'nginx /usr/sbin/nginx'
  'haproxy /usr/sbin/haproxy'
  'kea-dhcp4-server /usr/sbin/kea-dhcp4'
  'isc-dhcp-server /usr/sbin/dhcpd'
  'dnsmasq-base /usr/sbin/dnsmasq'
  'isc-dhcp-relay /usr/sbin/dhcrelay'
  'udhcpc /usr/sbin/udhcpc'
  'iproute2 /usr/sbin/ip'
  'nftables /usr/sbin/nft'
  'git /usr/bin/git'
  'rsync /usr/bin/rsync'
  'sqlite3 /usr/bin/sqlite3'
  'wget /usr/bin/wget'
  'apache2 /usr/sbin/apache2'
  'libapache2-mod-passenger /usr/lib/apache2/modules/mod_passenger.so'
  'libapache2-mod-xsendfile /usr/lib/apache2/modules/mod_xsendfile.so'
  'man-db /usr/bin/man'
  'acl /usr/bin/setfacl'
  'zsh /usr/bin/zsh'
  'fish /usr/bin/fish'
)

missing=()
for server in "${servers[@]}"; do
  read -r package program <<<"$server"
  compgen -G "$program" >/dev/null || command -v "${program##*/}" >/dev/null || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need servers that this machine lacks; on Debian: apt-get install ${missing[*]}" >&2
  exit 1
fi

undo=()
trap '[ ${#undo[@]} -eq 0 ] || rm -f "${undo[@]}"' EXIT

# Writes a file for the time of the installation, unless the machine has one of its own.
meanwhile() {
  [ -e "$1" ] && return
  mkdir -p "$(dirname "$1")"
  undo+=("$1")
  printf '%s\n' "${@:2}" >"$1"
  chmod 755 "$1"
}
meanwhile /usr/sbin/policy-rc.d '#!/bin/sh' 'exit 101'
meanwhile /etc/postgresql-common/createcluster.d/no-main-cluster.conf 'create_main_cluster = false'

export DEBIAN_FRONTEND=noninteractive
wait='-oDPkg::Lock::Timeout=300'
apt-get "$wait" update
apt-get "$wait" install -y --no-install-recommends "${missing[@]}"
