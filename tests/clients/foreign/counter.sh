#!/bin/sh
# A counter in plain shell for `siaksim check`: sh, curl and sed, and nothing else.
#
#     siaksim check --client counter -- sh counter.sh good|careless
#
# It does what tests/clients/check_counter.py and counter.mjs do: `good` has a deadline, one key
# for a scan and its repeats, a new login and three attempts; `careless` repeats every scan blindly.
set -u
manner=${1:?good or careless}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' TERM INT
token=''

# call SECONDS METHOD URL [more words of curl]: sets $status (000: no answer), fills $tmp/answer.
call() {
  patience=$1 method=$2 url=$3
  shift 3
  : >"$tmp/answer"
  status=$(curl -s -m "$patience" -X "$method" -o "$tmp/answer" -w '%{http_code}' \
    -H 'Accept: application/json' "$@" "$url") || status=000
}

# field NAME: the text of a member of the answer, nothing if it is not there or null.
field() {
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$tmp/answer" | head -n 1
}

# random BYTES: so many random bytes in hex.
random() {
  od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

login() {
  for attempt in 1 2 3; do
    call 8 POST "$SIAKSIM_SIAK_URL/sessions" -H 'Content-Type: application/json' \
      -d "{\"operator_id\": \"$SIAKSIM_OPERATOR\", \"password\": \"$SIAKSIM_PASSWORD\"}"
    if [ "$status" = 201 ]; then
      token=$(field session_token)
      return 0
    fi
    sleep $((2 * attempt))
  done
  return 1
}

# scan SECONDS [more words of curl]: one try.
scan() {
  patience=$1
  shift
  call "$patience" POST "$SIAKSIM_SIAK_URL/ikd/scans" -H 'Content-Type: application/json' \
    -H "Authorization: Bearer $token" "$@" -d "{\"payload\": \"$payload\"}"
}

scan_carefully() {
  key=$(random 16)
  for attempt in 0 1 2; do
    scan 8 -H "Idempotency-Key: $key"
    case $status in
      401) login ;;
      20[01]) return 0 ;;
      408 | 429) ;;
      4??) return 1 ;;
    esac
    sleep $((1 + 2 * attempt)).$(printf %02d $((0x$(random 1) * 100 / 256)))
  done
  return 1
}

scan_blindly() {
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    scan 3
    case $status in
      401) login ;;
      [123]??) return 0 ;;
      4??) return 1 ;;
    esac
    sleep 1
  done
  return 1
}

# seen_on_the_phone URL: sets $payload to the QR code that the citizen's phone shows.
seen_on_the_phone() {
  payload=''
  looks=0
  while [ $looks -lt 60 ]; do
    call 8 GET "$1"
    payload=$(field qr)
    [ -n "$payload" ] && return 0
    looks=$((looks + 1))
    sleep 0.2
  done
  return 1
}

serve() {
  outcome=failed
  if seen_on_the_phone "$2"; then
    if [ "$manner" = good ]; then
      scan_carefully && outcome=handed_over
    else
      scan_blindly && outcome=handed_over
    fi
  fi
  call 8 POST "$SIAKSIM_OUTCOME_URL" -H 'Content-Type: application/json' \
    -d "{\"nik\": \"$1\", \"outcome\": \"$outcome\"}"
}

login
while :; do
  call 30 GET "$SIAKSIM_WORK_URL/next?client=counter"
  case $status in
    200) serve "$(field nik)" "$(field citizen_url)" ;;
    204) exit 0 ;;
  esac
done
