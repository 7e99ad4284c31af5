#!/usr/bin/env bash
# Gets the real programs that tests hold the output against. Without arguments
# all of them, else the programs named.
#
# As root on Debian, and in continuous integration (CI=true), what is missing
# is installed. On a person's machine it is only named: the tests that need it
# say so and are skipped.
set -euo pipefail
cd "$(dirname "$0")"
PATH=$PATH:/usr/sbin:/sbin # where programs for administrators are

# What there must be on the PATH, and Debian's packages of it.
packages() {
  case $1 in
    make) echo make ;;
    node) echo nodejs ;;
    npm) echo npm ;;
    java) echo default-jre-headless ;;                # runs vnu, the HTML checker
    chromium) echo chromium-headless-shell fonts-dejavu-core ;; # or the one with windows
    cmark-gfm) echo cmark-gfm ;;
    pdftotext) echo poppler-utils ;; # reads what is printed
    rsvg-convert) echo librsvg2-bin ;;
    # What reads rules of firewalls (tests/readers, tests/packets).
    ip) echo iproute2 ;;
    nft) echo nftables ;;
    iptables) echo iptables ;;
    ufw) echo ufw ;;
    firewall-offline-cmd) echo firewalld ;;
    aws) echo awscli ;;
    ansible-playbook) echo ansible ;;
    squid) echo squid ;;
    shellcheck) echo shellcheck ;;
    # What reads tables (tests/wikis).
    pandoc | asciidoctor) echo "$1" ;;
    rst2html5) echo python3-docutils ;;
    ruby) echo ruby ruby-loofah ;; # Redmine's Textile
    php) echo php-cli php-sqlite3 php-mbstring php-xml php-intl php-geshi libphp-simplepie php-phpseclib php-random-compat ;;
    openpyxl) echo python3-openpyxl ;; # reads workbooks (generator/sheet/sheettest)
    # What connection tests call (generator/verify).
    nc) echo netcat-openbsd ;;
    nmap) echo nmap ;;
    nginx) echo nginx-light media-types ;; # what serves the site (tests/hosting_test.go)
    apache2) echo apache2-bin media-types ;;
    caddy) echo caddy ;;
    dot) echo graphviz ;;                             # draws DOT
    *) echo "tests/tools.sh: no package known for $1" >&2; return 1 ;;
  esac
}

retry() {
  local try
  for try in 1 2 3; do
    if "$@"; then return 0; fi
    echo "tests/tools.sh: try $try failed: $*" >&2
    sleep $((try * 5))
  done
  return 1
}

# As root, directly or by sudo; false where neither can be.
as_root() {
  if [ "$(id -u)" = 0 ]; then env "$@" </dev/null
  elif [ "${CI:-}" = true ] && command -v sudo >/dev/null; then sudo -n env "$@" </dev/null
  else return 1; fi
}

may_install() { command -v apt-get >/dev/null && as_root true; }

apt() { retry as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@" >/dev/null; }

# Nothing that is installed starts, now or with the machine.
policy=/usr/sbin/policy-rc.d
services=(squid firewalld nginx caddy)
hold() {
  [ ! -e "$policy" ] || return 0
  as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy"
  trap 'as_root rm -f "$policy"' EXIT
}
disable() {
  local service
  for service in "${services[@]}"; do
    [[ " ${install[*]} " != *" $service "* ]] || as_root systemctl disable "$service" >/dev/null 2>&1 || true # without systemd
  done
}

there() {
  case $1 in
    chromium) command -v chromium-headless-shell >/dev/null || { [ "${CI:-}" != true ] && command -v chromium >/dev/null; } ;;
    aws) [ -x /usr/bin/aws ] ;; # Debian's: its Python is called, too
    openpyxl) /usr/bin/python3 -c 'import openpyxl' 2>/dev/null || python3 -c 'import openpyxl' 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

wanted=("$@")
[ $# -gt 0 ] || wanted=(node npm java chromium cmark-gfm pdftotext rsvg-convert
  ip nft iptables ufw firewall-offline-cmd aws ansible-playbook squid shellcheck openpyxl nc nmap dot
  pandoc asciidoctor rst2html5 ruby php nginx apache2 caddy)
missing=() install=()
for program in "${wanted[@]}"; do
  there "$program" && continue
  names=$(packages "$program")
  missing+=("$program")
  # shellcheck disable=SC2206 # names are a list
  install+=($names)
done

if [ ${#missing[@]} -gt 0 ]; then
  if may_install; then
    echo "tests/tools.sh: installing ${install[*]}" >&2
    apt update
    hold
    apt install -y --no-install-recommends "${install[@]}"
    disable
  else
    echo "tests/tools.sh: without ${missing[*]} some tests are skipped (apt-get install ${install[*]})" >&2
    [ "${CI:-}" != true ] || exit 1
  fi
fi

# The wikis: of Debian's packages what reads pages, unpacked. Nothing is installed
# of them, no web server comes with them, and nothing is set up before a test asks.
wikis=../bin/wikis
unpack() { dpkg-deb --fsys-tarfile "$wikis/$1"_*.deb | tar -x -C "$wikis" "${@:2}"; }
get_wikis() {
  local mediawiki=./usr/share/mediawiki dokuwiki=./usr/share/dokuwiki
  rm -rf "$wikis" && mkdir -p "$wikis" &&
    (cd "$wikis" && retry apt-get -qq -o APT::Sandbox::User=root download mediawiki mediawiki-classes dokuwiki redmine >/dev/null) &&
    unpack mediawiki --strip-components=3 --exclude=$mediawiki/{extensions-core,skins,resources/lib,resources/src}/'*' $mediawiki &&
    unpack mediawiki-classes --strip-components=3 $mediawiki &&
    rm "$wikis"/mediawiki/{LocalSettings.php,config,extensions,images} && # links into a system that has it
    unpack dokuwiki --strip-components=3 --exclude=$dokuwiki/lib/{plugins,tpl} --exclude=preload.php $dokuwiki ./var/lib/dokuwiki/lib &&
    unpack dokuwiki --transform='s,^./etc/dokuwiki,dokuwiki/conf,' --exclude='*.auth.php' ./etc/dokuwiki &&
    unpack redmine --strip-components=5 ./usr/share/redmine/lib/redmine/wiki_formatting &&
    rm "$wikis"/*.deb && touch "$wikis/.unpacked"
}
if [ $# -eq 0 ] && [ ! -e "$wikis/.unpacked" ]; then
  if ! command -v php >/dev/null || ! command -v apt-get >/dev/null || ! get_wikis; then
    echo "tests/tools.sh: without Debian's packages of MediaWiki, DokuWiki and Redmine, tables are not read by them" >&2
    [ "${CI:-}" != true ] || exit 1
  fi
fi

# The npm packages: pinned with their hashes, and none runs a script.
if [ $# -eq 0 ] && ! cmp -s web/package-lock.json web/node_modules/.installed; then
  if ! command -v npm >/dev/null; then
    echo "tests/tools.sh: without npm the checks in the browser, and of PowerShell, CloudFormation and Jira, are skipped" >&2
  else
    (cd web && retry npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2) &&
      cp web/package-lock.json web/node_modules/.installed ||
      { echo "tests/tools.sh: npm ci failed; the checks that need its packages are skipped" >&2; [ "${CI:-}" != true ]; }
  fi
fi
