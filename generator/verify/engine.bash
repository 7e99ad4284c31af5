# From here on every file is the same.

usage() {
  cat <<'END'
Usage: bash FILE [options]

  --set ROLE=HOST[,HOST]  whom to call, addresses or names; once for each role
  --only FLOW             only the tests of that flow; can be repeated
  --timeout SECONDS       how long a test may take, 1 to 60; 5 unless said
  --jobs N                how many tests run at a time, 1 to 64; 16 unless said
  -4, -6                  of addresses only those of that family; names stay
  --refused-ok            refused counts as open: for the time before the service runs
  --json                  the results as JSON
  --help                  this text

Results: open, refused (reached, but nothing listens or a firewall rejects),
filtered (no answer), unreachable (a router said so), no-name (the name does
not resolve), inconclusive (UDP without an answer), error, skipped.
Of a range its first and last port are called, and three between.

Status: 0 all as wanted, 1 some not, 2 wrong usage or nothing was called.
END
}

set -uf
LC_ALL=C
export LC_ALL

die() {
  printf '%s\n' "$1" >&2
  exit 2
}

seconds=5 jobs=16 family='' lenient='' json='' only='' allowed='' dir=''

# number TEXT MOST: whether it is a number from 1 to MOST.
number() {
  case $1 in '' | 0* | *[!0-9]* | ???*) return 1 ;; esac
  [ "$1" -le "$2" ]
}

# host TEXT: whether it is spelt like an address or a name.
host() {
  case $1 in '' | -* | .* | *[!A-Za-z0-9.:%_-]*) return 1 ;; esac
}

set_role() {
  local name=${1%%=*} hosts=${1#*=} each
  case $1 in *=*) ;; *) die "--set needs ROLE=HOST, not $1" ;; esac
  name=${name//[-.]/_}
  case $name in '' | *[!A-Za-z0-9_]*) die "--set: no role is called ${1%%=*}; there are: $roles" ;; esac
  case " $roles " in *" $name "*) ;; *) die "--set: no role is called $name; there are: $roles" ;; esac
  hosts=${hosts//,/ }
  for each in $hosts; do
    host "$each" || die "--set: $each is neither an address nor a name of a host"
  done
  printf -v "role_$name" %s "$hosts"
}

while [ $# -gt 0 ]; do
  option=$1 value=''
  shift
  case $option in
    --set | --only | --timeout | --jobs)
      [ $# -gt 0 ] || die "$option needs a value"
      value=$1
      shift
      ;;
    --set=* | --only=* | --timeout=* | --jobs=*)
      value=${option#*=}
      option=${option%%=*}
      ;;
  esac
  case $option in
    --set) set_role "$value" ;;
    --only) only="$only $value" ;;
    --timeout) number "$value" 60 || die "--timeout: $value is not 1 to 60"; seconds=$value ;;
    --jobs) number "$value" 64 || die "--jobs: $value is not 1 to 64"; jobs=$value ;;
    -4 | -6) family=${option#-} ;;
    --refused-ok) lenient=yes ;;
    --json) json=yes ;;
    --help | -h) usage; exit 0 ;;
    *) printf 'unknown: %s\n' "$option" >&2; usage >&2; exit 2 ;;
  esac
done

# The tests, one element each; a test with a result is not run.
count=0
row_want=() row_flow=() row_service=() row_target=() row_port=() row_transport=() row_source=() row_note=() row_result=() row_ms=()

# row WANT FLOW SERVICE TARGET TRANSPORT PORT SOURCE NOTE RESULT
row() {
  row_want[count]=$1 row_flow[count]=$2 row_service[count]=$3 row_target[count]=$4 row_transport[count]=$5
  row_port[count]=$6 row_source[count]=$7 row_note[count]=$8 row_result[count]=$9 row_ms[count]=''
  count=$((count + 1))
}

# chosen FLOWS: whether --only lets one of them in.
found=''
chosen() {
  local flow
  [ "$only" ] || return 0
  for flow in ${1//,/ }; do
    case " $only " in *" $flow "*) found="$found $flow"; return 0 ;; esac
  done
  return 1
}

# unfit HOST: why it is not called, in $why; false where it is.
unfit() {
  why=''
  host "$1" || die "$1 is neither an address nor a name of a host"
  shopt -s nocasematch
  case $1 in
    192.0.2.* | 198.51.100.* | 203.0.113.* | 2001:db8:* | 2001:0db8:* | 3fff:*)
      why='a documentation address: fill in the real one' ;;
    example.com | example.net | example.org | *.example.com | *.example.net | *.example.org | *.example | *.invalid | *.test)
      why='a documentation name: fill in the real one' ;;
    *:*) [ "$family" != 4 ] || why='not IPv4' ;;
    *[!0-9.]*) ;;
    *) [ "$family" != 6 ] || why='not IPv6' ;;
  esac
  shopt -u nocasematch
  [ "$why" ]
}

# sample FIRST LAST: the ports to call, in $ports.
sample() {
  local step=$((($2 - $1) / 4))
  if [ "$step" -lt 1 ] || [ "$(($2 - $1))" -eq 4 ]; then
    for ((ports = $1, step = $1 + 1; step <= $2; step++)); do ports="$ports $step"; done
  else
    ports="$1 $(($1 + step)) $(($1 + 2 * step)) $(($1 + 3 * step)) $2"
  fi
}

# is_allowed TRANSPORT HOST PORT: whether another test wants it open.
is_allowed() {
  local each range
  for each in $allowed; do
    case $each in
      "$1/$2/"*)
        range=${each##*/}
        if [ "$3" -ge "${range%-*}" ] && [ "$3" -le "${range#*-}" ]; then return 0; fi
        ;;
    esac
  done
  return 1
}

# check WANT ROLE TRANSPORT PORTS SOURCE FLOWS SERVICE
check() {
  local want=$1 role=$2 transport=$3 source=$5 flow=$6 service=$7
  local hosts=role_$2 each range port ports note why='' called='' reasons=''
  [ "$want" != open ] || [ -z "$lenient" ] || want=reached
  hosts=${!hosts}
  # What is allowed counts also where --only leaves it out.
  if [ "$want" != closed ]; then
    for each in $hosts; do
      for range in ${4//,/ }; do allowed="$allowed $transport/$each/$range"; done
    done
  fi
  chosen "$flow" || return 0
  for each in $hosts; do
    if unfit "$each"; then
      reasons=$why
      continue
    fi
    called=yes
    if [ "$source" != - ] && { [ -z "$nc" ] || [ "$UID" -ne 0 ] && [ "$source" -lt 1024 ]; }; then
      row "$want" "$flow" "$service" "$each" "$transport" "$4" - "needs source port $source: run as root, with nc installed" skipped
      continue
    fi
    for range in ${4//,/ }; do
      sample "${range%-*}" "${range#*-}"
      note=''
      case $range in *-*) note="of $range" ;; esac
      for port in $ports; do
        if [ "$want" = closed ] && is_allowed "$transport" "$each" "$port"; then
          row closed "$flow" "$service" "$each" "$transport" "$port" - 'another flow allows it' skipped
        else
          row "$want" "$flow" "$service" "$each" "$transport" "$port" "$source" "$note" ''
        fi
      done
    done
  done
  if [ -z "$called" ]; then
    row "$want" "$flow" "$service" "$role" "$transport" "$4" - "${reasons:-no host is known}: --set $role=HOST" skipped
    return
  fi
  [ "$reasons" ] || return 0
  for each in $hosts; do
    ! unfit "$each" || row "$want" "$flow" "$service" "$each" "$transport" "$4" - "$why" skipped
  done
}

# left FLOWS SERVICE WHY
left() {
  ! chosen "$1" || row - "$1" "$2" - - - - "$3" skipped
}

# Some programs of the name cannot only connect.
nc=''
case $(nc -h 2>&1) in *-z*) nc=yes ;; esac
timeout=''
! command -v timeout >/dev/null || timeout=yes

# within SECONDS COMMAND: 124 where it takes longer.
within() {
  local limit=$1 child guard status
  shift
  if [ "$timeout" ]; then
    timeout "$limit" "$@"
    return
  fi
  "$@" &
  child=$!
  { sleep "$limit"; kill "$child"; } >/dev/null 2>&1 &
  guard=$!
  { wait "$child"; } 2>/dev/null
  status=$?
  kill "$guard" 2>/dev/null
  [ "$status" -ne 143 ] || status=124
  return "$status"
}

# tcp HOST PORT SOURCE: 0 where it opens, else what was said.
tcp() {
  if [ "$3" != - ]; then
    within $((seconds + 1)) nc -z -v -w "$seconds" -p "$3" "$1" "$2"
  elif [ "$nc" ]; then
    within $((seconds + 1)) nc -z -v -w "$seconds" "$1" "$2"
  else
    # shellcheck disable=SC2016 # the inner shell expands it
    within "$seconds" "$BASH" -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2"
  fi </dev/null 2>&1
}

# udp HOST PORT SOURCE: 0 where something answers, else what was said. Name
# servers and clocks answer only to a question of theirs.
udp() {
  local question='\0' answer
  case $2 in
    53) question='\022\064\001\0\0\001\0\0\0\0\0\0\0\0\002\0\001' ;;
    123) question='\033\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' ;;
  esac
  if [ "$3" != - ]; then
    # shellcheck disable=SC2059 # the question is ours
    answer=$(printf "$question" | within $((seconds + 1)) nc -u -v -w "$seconds" -p "$3" "$1" "$2" 2>"$dir/said" | tr '\0' .)
    cat "$dir/said"
    [ "$answer" ]
    return
  fi
  # shellcheck disable=SC2016 # the inner shell expands it
  within $((seconds + 1)) "$BASH" -c '
    exec 3<>"/dev/udp/$0/$1" && printf "$3" >&3 && IFS= read -r -d "" -n 1 -t "$2" -u 3' "$1" "$2" "$seconds" "$question" 2>&1
}

# now: milliseconds in $now; whole seconds before Bash 5.
now() {
  now=${EPOCHREALTIME:-$SECONDS.000000}
  now=${now/[.,]/}
  now=$((now / 1000))
}

# probe NUMBER: runs that test and keeps its result, milliseconds and note.
probe() {
  local n=$1 start words status result note=''
  now
  start=$now
  words=$("${row_transport[n]}" "${row_target[n]}" "${row_port[n]}" "${row_source[n]}")
  status=$?
  now
  words=${words//"${row_target[n]}"/}
  case $words in
    *refused*) result=refused ;;
    *'in use'* | *"Can't grab"*) result=error note='the source port is in use' ;;
    *'not permitted'*) result=filtered note='by this machine itself' ;;
    *'not known'* | *'name resolution'* | *'resolve'* | *'lookup failed'* | *'No address'* | *servname*) result=no-name ;;
    *'No route'* | *nreachable* | *'ermission denied'*) result=unreachable ;; # the last: prohibited, by ICMPv6
    *'timed out'* | *TIMEOUT* | *'in progress'*) result=filtered ;;
    *) result=error note=${words##*$'\n'} ;;
  esac
  case ${row_transport[n]}$status in
    tcp0 | udp0) result=open note='' ;;
    tcp124) result=filtered note='' ;;
    udp*) case $result in error | filtered) [ "$note" = 'by this machine itself' ] || result=inconclusive note='' ;; esac ;;
  esac
  printf '%s %s %s\n' "$result" "$((now - start))" "${note//[!A-Za-z0-9 .:()-]/ }" >"$dir/$n"
}

# verdict WANT RESULT: ok, NOT, unsure or skip, in $verdict.
verdict() {
  case $1/$2 in
    */skipped) verdict=skip ;;
    */inconclusive) verdict=unsure ;;
    open/open | reached/open | reached/refused) verdict=ok ;;
    closed/filtered | closed/refused | closed/unreachable) verdict=ok ;;
    closed/no-name | closed/error) verdict=unsure ;;
    *) verdict=NOT ;;
  esac
}

tests
for flow in $only; do
  case " $found " in *" $flow "*) ;; *) die "--only: no test is of the flow $flow" ;; esac
done

dir=$(mktemp -d) || die 'no folder for the results'
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# A pipe with as many bytes as tests may run at a time.
mkfifo "$dir/slots" || die 'no pipe for the tests'
exec 9<>"$dir/slots"
for ((i = 0; i < jobs; i++)); do printf . >&9; done
for ((i = 0; i < count; i++)); do
  if [ -z "${row_result[i]}" ] && [ "${row_source[i]}" = - ]; then
    read -r -n 1 -u 9 _
    { probe "$i"; printf . >&9; } &
  fi
done
wait
# One source port serves one test at a time, and rests a minute after some.
for ((i = 0; i < count; i++)); do
  if [ -z "${row_result[i]}" ] && [ "${row_source[i]}" != - ]; then
    for ((try = 0; try < 65; try++)); do
      probe "$i"
      case $(cat "$dir/$i") in *'port is in use') sleep 1 ;; *) break ;; esac
    done
  fi
done

ok=0 not=0 unsure=0 skipped=0
row_verdict=()
for ((i = 0; i < count; i++)); do
  if [ -z "${row_result[i]}" ]; then
    read -r "row_result[i]" "row_ms[i]" said <"$dir/$i"
    [ -z "$said" ] || row_note[i]="${row_note[i]}${row_note[i]:+, }$said"
  fi
  verdict "${row_want[i]}" "${row_result[i]}"
  row_verdict[i]=$verdict
  case $verdict in
    ok) ok=$((ok + 1)) ;;
    NOT) not=$((not + 1)) ;;
    unsure) unsure=$((unsure + 1)) ;;
    skip) skipped=$((skipped + 1)) ;;
  esac
done

if [ "$json" ]; then
  printf '{"results":['
  comma=''
  for ((i = 0; i < count; i++)); do
    port=${row_port[i]}
    case $port in *[!0-9]*) port="\"$port\"" ;; esac
    printf '%s\n{"verdict":"%s","result":"%s","want":"%s","flow":"%s","service":"%s","target":"%s","transport":"%s","port":%s,"ms":%s,"note":"%s"}' \
      "$comma" "${row_verdict[i]}" "${row_result[i]}" "${row_want[i]}" "${row_flow[i]}" "${row_service[i]}" "${row_target[i]}" \
      "${row_transport[i]}" "$port" "${row_ms[i]:-null}" "${row_note[i]}"
    comma=,
  done
  printf '\n],"ok":%s,"not":%s,"unsure":%s,"skipped":%s}\n' "$ok" "$not" "$unsure" "$skipped"
else
  # width HEADING TEXT...: of the longest, in $width.
  width() {
    local text
    width=0
    for text; do [ "${#text}" -le "$width" ] || width=${#text}; done
  }
  label=()
  for ((i = 0; i < count; i++)); do
    label[i]=${row_transport[i]}/${row_port[i]}
    [ "${row_transport[i]}" != - ] || label[i]=-
  done
  width RESULT "${row_result[@]}"; w_result=$width
  width WANT "${row_want[@]}"; w_want=$width
  width FLOW "${row_flow[@]}"; w_flow=$width
  width SERVICE "${row_service[@]}"; w_service=$width
  width TARGET "${row_target[@]}"; w_target=$width
  width PORT "${label[@]}"; w_port=$width
  # print VERDICT RESULT WANT FLOW SERVICE TARGET PORT MS NOTE
  print() {
    local text
    printf -v text '%-6s  %-*s  %-*s  %-*s  %-*s  %-*s  %-*s  %6s  %s' "$1" "$w_result" "$2" "$w_want" "$3" "$w_flow" "$4" \
      "$w_service" "$5" "$w_target" "$6" "$w_port" "$7" "$8" "$9"
    printf '%s\n' "${text%"${text##*[! ]}"}"
  }
  print '' RESULT WANT FLOW SERVICE TARGET PORT MS NOTE
  for ((i = 0; i < count; i++)); do
    print "${row_verdict[i]}" "${row_result[i]}" "${row_want[i]}" "${row_flow[i]}" "${row_service[i]}" "${row_target[i]}" \
      "${label[i]}" "${row_ms[i]:--}" "${row_note[i]}"
  done
  printf '\n%s as wanted, %s not, %s unsure, %s skipped\n' "$ok" "$not" "$unsure" "$skipped"
fi

[ "$not" -eq 0 ] || exit 1
if [ $((ok + unsure)) -eq 0 ]; then
  printf 'Nothing was called: say whom with --set.\n' >&2
  exit 2
fi
exit 0
