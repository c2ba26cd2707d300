#!/bin/sh
# What udhcpc runs when it has a lease: prints it.
[ "$1" = bound ] || exit 0
printf 'ip=%s\nbootfile=%s\nfile=%s\nrouter=%s\ndns=%s\n' "$ip" "$bootfile" "$boot_file" "$router" "$dns"
