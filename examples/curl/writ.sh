#!/usr/bin/env bash
# Asks a Writ gateway who was behind an account: asks, follows the case, collects what was approved.
# Needs OpenSSL 3, curl and jq.
#
#     writ.sh ask REQUEST.json         asks; prints the case
#     writ.sh follow ID                waits until the case is decided, as long as WRIT_PATIENCE; prints the case
#     writ.sh collect ID [FILE]        prints the records, one JSON object a line; the signed pages go into FILE
#     writ.sh call METHOD URL [BODY]   any other call: signs it, sends it, verifies the answer and prints it
#
# WRIT_URL             the provider's API: https://host/v1
# WRIT_KEY             file with the private key, PEM (PKCS#8), Ed25519
# WRIT_KEY_ID          its key id: the thumbprint of the public key
# WRIT_ENCRYPTION_KEY  file with the private key that disclosures are encrypted to, PEM (PKCS#8), P-256
# WRIT_PROVIDER        file with the answer of /v1/provider, saved once and its thumbprint compared by telephone
# WRIT_CA              file with a certificate authority to trust instead of the system's (optional)
# WRIT_PATIENCE        for how many seconds to wait for a decision or the provider's log (optional, 60)
#
# On stdout is what the provider has signed, and nothing else. The exit code is 0 if all went well, 2 if the provider is
# not ready yet, 1 for everything else. docs/signing.md explains each step.
set -euo pipefail
umask 077
export LC_ALL=C

usage() { echo 'usage: writ.sh ask REQUEST.json | follow ID | collect ID [FILE] | call METHOD URL [BODY]' >&2; exit 1; }
: "${WRIT_KEY:?}" "${WRIT_KEY_ID:?}" "${WRIT_PROVIDER:?}"
lifetime=60 longest=300 skew=30 every=2 # seconds

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
refuse() { echo "$subject, not verified: $1" >&2; exit 1; } # subject: what it is that was looked at

base64_of() { openssl base64 -A; }
base64url_of() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
from_base64url() {
  local text
  text=$(tr -- '-_' '+/')
  while [ $((${#text} % 4)) -ne 0 ]; do text="$text="; done
  printf %s "$text" | openssl base64 -d -A
}
holds() { [ "$(jq "$@" 2>/dev/null)" = true ]; } # not jq -e, which takes an empty file for a yes
hex_of() { od -An -v -tx1 | tr -d ' \n'; }
digest_field() { printf 'sha-256=:%s:' "$(openssl dgst -sha256 -binary "$1" | base64_of)"; }

# --- Verify -------------------------------------------------------------------------------------------------------

public_pem() { # X Y: a key of P-256
  echo '-----BEGIN PUBLIC KEY-----'
  # What stands before every public key of P-256, in base64. It ends where a group of four ends.
  printf 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE'
  { printf %s "$1" | from_base64url; printf %s "$2" | from_base64url; } | base64_of
  printf '\n-----END PUBLIC KEY-----\n'
}

verify() { # KEYID SIGNATURE-FILE MESSAGE-FILE: the signature is the two numbers, 32 bytes each
  local x y jwk found= hex
  # The key with this thumbprint. We compute it: what a document says of itself proves nothing.
  while read -r x y; do
    jwk=$(printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$x" "$y")
    [ "$(printf %s "$jwk" | openssl dgst -sha256 -binary | base64url_of)" = "$1" ] || continue
    public_pem "$x" "$y" >"$work/key.pem" && found=yes
  done < <(jq -r '.keys[] | select(.kty == "EC" and .crv == "P-256") | "\(.x) \(.y)"' "$WRIT_PROVIDER")
  [ -n "$found" ] || refuse "the key is not one of the provider's"
  # OpenSSL reads ECDSA signatures as DER.
  hex=$(hex_of <"$2")
  printf 'asn1=SEQUENCE:pair\n[pair]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "${hex:0:64}" "${hex:64}" >"$work/der.cnf"
  openssl asn1parse -genconf "$work/der.cnf" -noout -out "$work/der"
  openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/der" "$3" >"$work/verdict" 2>&1 ||
    refuse 'the signature does not hold'
}

field() { # a field of the answer that stands there once
  { grep -i "^$1:" "$work/head" || true; } | cut -d: -f2- | tr -d '\r' |
    sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//' >"$work/field"
  [ "$(wc -l <"$work/field")" -eq 1 ] || refuse "$1 is not there once"
  cat "$work/field"
}

verify_answer() { # SIGNATURE of the request
  local digest type input signature form params created expires keyid now
  digest=$(field content-digest) || exit
  type=$(field content-type) || exit
  input=$(field signature-input) || exit
  signature=$(field signature) || exit
  [ "$digest" = "$(digest_field "$work/answer")" ] || refuse 'the body is not the one that was signed'

  # The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them.
  form='^writ=(\("@status" "content-digest" "content-type" "signature";req\);created=([0-9]{1,15});expires=([0-9]{1,15});keyid="([A-Za-z0-9_-]{43})";alg="ecdsa-p256-sha256";tag="writ")$'
  [[ $input =~ $form ]] || refuse "the signature has another form than the provider's"
  params=${BASH_REMATCH[1]} created=$((10#${BASH_REMATCH[2]})) expires=$((10#${BASH_REMATCH[3]}))
  keyid=${BASH_REMATCH[4]}
  now=$(date +%s)
  [ "$created" -le $((now + skew)) ] && [ "$now" -lt "$expires" ] && [ $((expires - created)) -le "$longest" ] ||
    refuse 'the signature is not of now'
  [[ $signature =~ ^writ=:([A-Za-z0-9+/]{86}==):$ ]] || refuse "the signature has another form than the provider's"
  printf %s "${BASH_REMATCH[1]}" | openssl base64 -d -A >"$work/raw"
  printf '"@status": %s\n"content-digest": %s\n"content-type": %s\n"signature";req: %s\n"@signature-params": %s' \
    "$status" "$digest" "$type" "$1" "$params" >"$work/base"
  verify "$keyid" "$work/raw" "$work/base"
}

# --- Call ---------------------------------------------------------------------------------------------------------

call() { # METHOD URL [BODY]: leaves the status in $status and the body in $work/answer, verified
  local method=$1 url=$2 body=${3:-/dev/null} rest authority target path query covered base send digest created params
  [ -r "$body" ] || { echo "$body cannot be read" >&2; exit 1; }
  # The pieces of the URL as they are written: curl is told below to send them so.
  rest=${url#https://}
  [ "$rest" != "$url" ] || { echo 'the URL is not https' >&2; exit 1; }
  authority=${rest%%[/?]*}
  target=${rest#"$authority"}
  path=${target%%\?*}
  query=${target#"$path"}
  authority=$(printf %s "$authority" | tr 'A-Z' 'a-z')
  authority=${authority%:443}

  covered='"@method" "@authority" "@path" "@query"'
  base=$(printf '"@method": %s\n"@authority": %s\n"@path": %s\n"@query": %s' \
    "$method" "$authority" "${path:-/}" "${query:-?}")
  send=(--request "$method")
  if [ -s "$body" ]; then
    digest=$(digest_field "$body")
    covered="$covered \"content-digest\" \"content-type\""
    base=$(printf '%s\n"content-digest": %s\n"content-type": application/json' "$base" "$digest")
    send+=(--data-binary "@$body" --header "Content-Digest: $digest" --header 'Content-Type: application/json')
  fi
  created=$(date +%s)
  params="($covered);created=$created;expires=$((created + lifetime));nonce=\"$(openssl rand 24 | base64url_of)\""
  params="$params;keyid=\"$WRIT_KEY_ID\";alg=\"ed25519\";tag=\"writ\""
  # No line break at the end: it would be signed with the rest.
  printf '%s\n"@signature-params": %s' "$base" "$params" >"$work/base"
  # From a file: Ed25519 reads what it signs twice.
  openssl pkeyutl -sign -inkey "$WRIT_KEY" -rawin -in "$work/base" -out "$work/signature"
  signature="writ=:$(base64_of <"$work/signature"):"

  rm -f "$work/answer"
  # --disable comes first: a ~/.curlrc may say to follow redirects or to unpack what was signed packed.
  status=$(curl --disable --silent --show-error --max-time 30 --proto '=https' --path-as-is --globoff \
    --suppress-connect-headers ${WRIT_CA:+--cacert "$WRIT_CA"} "${send[@]}" \
    --header "Signature-Input: writ=$params" --header "Signature: $signature" \
    --dump-header "$work/head" --output "$work/answer" --write-out '%{http_code}' "$url")
  touch "$work/answer" # which curl does not make for an empty body
  subject=$status
  verify_answer "$signature"
  echo "$status, verified" >&2
}

granted() { # METHOD PATH [BODY]: a call that must not be refused
  call "$1" "${WRIT_URL%/}$2" "${3:-/dev/null}"
  case $status in 2??) ;; *) cat "$work/answer" >&2; exit 1 ;; esac
}

# Waits as long as the provider asks for, or not at all: nobody signed how long that is, so patience limits it.
wait_until() { # a number of $SECONDS
  local seconds
  seconds=$(grep -i '^retry-after:' "$work/head" | tr -cd '0-9' || true)
  [[ $seconds =~ ^[0-9]{1,5}$ ]] || seconds=$every
  [ $((SECONDS + 10#$seconds)) -le "$1" ] || { echo 'not yet: try again later' >&2; exit 2; }
  sleep "$seconds"
}

# --- Ask, follow, collect -----------------------------------------------------------------------------------------

follow() { # ID
  local until=$((SECONDS + ${WRIT_PATIENCE:-60}))
  granted GET "/requests/$1"
  while [ "$(jq -r .status "$work/answer")" = AwaitingApproval ]; do
    (wait_until "$until") || { local code=$?; cat "$work/answer"; exit "$code"; }
    granted GET "/requests/$1"
  done
  cat "$work/answer"
}

collect() { # ID [FILE]
  local until page= seen=$'\n'
  : "${WRIT_ENCRYPTION_KEY:?}"
  granted GET "/requests/$1"
  mv "$work/answer" "$work/case"
  subject='the disclosure'
  [ "$(jq -r .id "$work/case")" = "$1" ] || refuse 'it is of another case'
  # Before anything is collected, since collections are counted; and never over the evidence of another one.
  [ -z "${2:-}" ] || (set -o noclobber && : >"$2")
  : >"$work/body"
  while :; do
    until=$((SECONDS + ${WRIT_PATIENCE:-60}))
    granted POST "/requests/$1/collection" "$work/body"
    # 202: the provider's log does not show yet that this will be opened. Each try is a signature of its own.
    while [ "$status" = 202 ]; do
      wait_until "$until"
      granted POST "/requests/$1/collection" "$work/body"
    done
    subject='the disclosure'
    decrypt
    open_page
    [ -z "${2:-}" ] || { cat "$work/jws"; echo; } >>"$2"
    jq -cS '.records[]' "$work/package"
    page=$(jq -r '.page // ""' "$work/package")
    [ -n "$page" ] || return 0
    case $seen in *$'\n'"$page"$'\n'*) refuse 'a page comes twice' ;; esac
    seen="$seen$page"$'\n'
    jq -cn --arg page "$page" '{page: $page}' >"$work/body"
  done
}

part() { cut -d. -f"$2" "$1" | tr -d '\n' | from_base64url; } # FILE N: of a compact JWE or JWS

# A compact JWE (RFC 7516): a key agreed on with ours (ECDH-ES, RFC 7518 4.6) and AES-256-GCM under it.
#
# OpenSSL's command has no GCM, so this decrypts as counter mode, which GCM is, from the second block on, and leaves the
# tag unchecked. Nothing is believed for having been decrypted: the provider's signature on the answer covers every byte
# of the JWE, and its signature on the JWS within every byte of what is used of it. Whoever changes either is found out.
# The command also takes the key as an argument, for everybody on this machine to see who looks at the right moment:
# use it where nobody else works, or another of these programs.
decrypt() {
  local denied='it does not open with this key'
  part "$work/answer" 1 >"$work/header"
  holds '.alg == "ECDH-ES" and .enc == "A256GCM" and (has("crit") | not)' "$work/header" || refuse "$denied"
  # shellcheck disable=SC2046 # two words, of an alphabet without blanks
  public_pem $(jq -r '"\(.epk.x) \(.epk.y)"' "$work/header") >"$work/epk.pem"
  openssl pkeyutl -derive -inkey "$WRIT_ENCRYPTION_KEY" -peerkey "$work/epk.pem" -out "$work/shared" 2>"$work/verdict" ||
    refuse "$denied"
  # The Concat KDF in its one round: counter, secret, algorithm, nothing of either party, and how many bits.
  { printf '\0\0\0\1'; cat "$work/shared"; printf '\0\0\0\7A256GCM\0\0\0\0\0\0\0\0\0\0\1\0'; } >"$work/agreed"
  part "$work/answer" 4 | openssl enc -d -aes-256-ctr -K "$(openssl dgst -sha256 -binary "$work/agreed" | hex_of)" \
    -iv "$(part "$work/answer" 3 | hex_of)00000002" -out "$work/jws"
  # Two dots among base64url is all that may come out.
  tr -d 'A-Za-z0-9_-' <"$work/jws" | cmp -s - <(printf ..) || refuse "$denied"
}

open_page() { # checks the compact JWS, which is what a court is shown, and leaves the package within
  part "$work/jws" 1 >"$work/header"
  part "$work/jws" 3 >"$work/raw"
  holds '.alg == "ES256" and (has("crit") | not)' "$work/header" && [ "$(wc -c <"$work/raw")" -eq 64 ] ||
    refuse "the signature has another form than the provider's"
  printf %s "$(cut -d. -f1,2 "$work/jws")" >"$work/base"
  verify "$(jq -r .kid "$work/header")" "$work/raw" "$work/base"
  part "$work/jws" 2 >"$work/package"
  # Sorted and without blanks, the records are in their RFC 8785 form: they hold strings and whole numbers only.
  jq -cSj .records "$work/package" >"$work/records"
  [ "$(digest_field "$work/records")" = "$(jq -r .digest "$work/package")" ] || refuse 'the digest is not that of the records'
  holds --slurp '(.[0] | [.id, .reference, .requestDigest]) == (.[1] | [.case, .reference, .requestDigest])' \
    "$work/case" "$work/package" || refuse 'it is of another case'
}

case ${1:-}$# in
  ask2) granted POST /requests "$2"; cat "$work/answer" ;;
  follow2) follow "$2" ;;
  collect2 | collect3) collect "$2" "${3:-}" ;;
  call3 | call4)
    call "$2" "$3" "${4:-/dev/null}"
    cat "$work/answer"
    case $status in 2??) ;; *) exit 1 ;; esac
    ;;
  *) usage ;;
esac
