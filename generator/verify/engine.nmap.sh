set -uf

# scan WANT ROLE HOSTS OPTION...
scan() {
  printf '\n== %s: %s\n' "$2" "$1"
  hosts=$3 four='' six='' why=''
  shift 3
  case $* in
    *-sU* | *-sS*) [ "$(id -u)" -eq 0 ] || why='needs root' ;;
  esac
  for host in $hosts; do
    case $host in
      192.0.2.* | 198.51.100.* | 203.0.113.* | 2001:db8:* | 2001:0db8:* | 3fff:*)
        echo "skipped: $host is a documentation address: fill in the real one" ;;
      example.com | example.net | example.org | *.example.com | *.example.net | *.example.org | *.example | *.invalid | *.test)
        echo "skipped: $host is a documentation name: fill in the real one" ;;
      -* | *[!A-Za-z0-9.:%_-]*) echo "skipped: $host is neither an address nor a name of a host" ;;
      *:*) six="$six $host" ;;
      *) four="$four $host" ;;
    esac
  done
  [ "$hosts" ] || echo 'skipped: no host is known'
  if [ "$why" ]; then
    echo "skipped: $*: $why"
    return
  fi
  # Lists of hosts and options are words.
  # shellcheck disable=SC2086
  [ -z "$four" ] || nmap -n -Pn --reason --max-retries 2 "$@" $four
  # shellcheck disable=SC2086
  [ -z "$six" ] || nmap -6 -n -Pn --reason --max-retries 2 "$@" $six
}
