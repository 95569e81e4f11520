#!/usr/bin/env bash
# Signs one call to a Writ gateway, sends it and verifies the signed answer. Needs OpenSSL 3 and curl.
#
#     writ-sign.sh METHOD URL [BODY-FILE]
#
# WRIT_KEY       file with the private key, PEM (PKCS#8), Ed25519
# WRIT_KEY_ID    its key id: the thumbprint of the public key
# WRIT_PROVIDER  file with the answer of /v1/provider, saved once and its thumbprint compared by telephone
# WRIT_CA        file with a certificate authority to trust instead of the system's (optional)
#
# On stdout is what the provider has signed, and nothing else. The exit code is 0 for a verified answer of 2xx.
# docs/signing.md explains each step.
set -euo pipefail
umask 077
export LC_ALL=C

[ $# -eq 2 ] || [ $# -eq 3 ] || { echo 'usage: writ-sign.sh METHOD URL [BODY-FILE]' >&2; exit 1; }
: "${WRIT_KEY:?}" "${WRIT_KEY_ID:?}" "${WRIT_PROVIDER:?}"
method=$1 url=$2 body=${3:-/dev/null}
lifetime=60 longest=300 skew=30 # seconds

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status="no answer"
refuse() { echo "$status, not verified: $1" >&2; exit 1; }

base64_of() { openssl base64 -A; }
base64url_of() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
from_base64url() { { printf %s "$1" | tr -- '-_' '+/'; printf =; } | openssl base64 -d -A; } # of 32 bytes
digest_field() { printf 'sha-256=:%s:' "$(openssl dgst -sha256 -binary "$1" | base64_of)"; }

# --- Sign ---------------------------------------------------------------------------------------------------------

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
nonce=$(openssl rand 24 | base64url_of)
params="($covered);created=$created;expires=$((created + lifetime));nonce=\"$nonce\";keyid=\"$WRIT_KEY_ID\""
params="$params;alg=\"ed25519\";tag=\"writ\""
# No line break at the end: it would be signed with the rest.
printf '%s\n"@signature-params": %s' "$base" "$params" >"$work/base"
# From a file: Ed25519 reads what it signs twice.
openssl pkeyutl -sign -inkey "$WRIT_KEY" -rawin -in "$work/base" -out "$work/signature"
signature="writ=:$(base64_of <"$work/signature"):"

# --- Send ---------------------------------------------------------------------------------------------------------

# --disable comes first: a ~/.curlrc may say to follow redirects or to unpack what was signed packed.
status=$(curl --disable --silent --show-error --max-time 30 --proto '=https' --path-as-is --globoff \
  --suppress-connect-headers ${WRIT_CA:+--cacert "$WRIT_CA"} "${send[@]}" \
  --header "Signature-Input: writ=$params" --header "Signature: $signature" \
  --dump-header "$work/head" --output "$work/answer" --write-out '%{http_code}' "$url")
touch "$work/answer" # which curl does not make for an empty body

# --- Verify -------------------------------------------------------------------------------------------------------

# A field of the answer that stands there once.
field() {
  { grep -i "^$1:" "$work/head" || true; } | cut -d: -f2- | tr -d '\r' |
    sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//' >"$work/field"
  [ "$(wc -l <"$work/field")" -eq 1 ] || refuse "$1 is not there once"
  cat "$work/field"
}
content_digest=$(field content-digest)
content_type=$(field content-type)
answer_input=$(field signature-input)
answer_signature=$(field signature)

[ "$content_digest" = "$(digest_field "$work/answer")" ] || refuse 'the body is not the one that was signed'

# The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them.
form='^writ=(\("@status" "content-digest" "content-type" "signature";req\);created=([0-9]{1,15});expires=([0-9]{1,15});keyid="([A-Za-z0-9_-]{43})";alg="ecdsa-p256-sha256";tag="writ")$'
[[ $answer_input =~ $form ]] || refuse "the signature has another form than the provider's"
params=${BASH_REMATCH[1]} created=$((10#${BASH_REMATCH[2]})) expires=$((10#${BASH_REMATCH[3]}))
keyid=${BASH_REMATCH[4]}
now=$(date +%s)
[ "$created" -le $((now + skew)) ] && [ "$now" -lt "$expires" ] && [ $((expires - created)) -le "$longest" ] ||
  refuse 'the signature is not of now'

# The key with this thumbprint. We compute it: what a document says of itself proves nothing.
found=
while read -r jwk; do
  x=$(printf %s "$jwk" | sed -n 's/.*"x":"\([A-Za-z0-9_-]\{43\}\)".*/\1/p')
  y=$(printf %s "$jwk" | sed -n 's/.*"y":"\([A-Za-z0-9_-]\{43\}\)".*/\1/p')
  thumbprint=$(printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$x" "$y" | openssl dgst -sha256 -binary | base64url_of)
  [ "$thumbprint" != "$keyid" ] || found="$x $y"
done < <(tr -d '[:space:]' <"$WRIT_PROVIDER" | grep -o '{[^{}]*"kty":"EC"[^{}]*}')
[ -n "$found" ] || refuse "the key is not one of the provider's"
{
  echo '-----BEGIN PUBLIC KEY-----'
  # What stands before every public key of P-256, in base64. It ends where a group of four ends.
  printf 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE'
  { from_base64url "${found% *}"; from_base64url "${found#* }"; } | base64_of
  printf '\n-----END PUBLIC KEY-----\n'
} >"$work/key.pem"

# OpenSSL reads ECDSA signatures as DER; on the wire are the two numbers, 32 bytes each.
[[ $answer_signature =~ ^writ=:([A-Za-z0-9+/]{86}==):$ ]] || refuse 'the signature is not of 64 bytes'
hex=$(printf %s "${BASH_REMATCH[1]}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
printf 'asn1=SEQUENCE:pair\n[pair]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "${hex:0:64}" "${hex:64}" >"$work/der.cnf"
openssl asn1parse -genconf "$work/der.cnf" -noout -out "$work/der"

printf '"@status": %s\n"content-digest": %s\n"content-type": %s\n"signature";req: %s\n"@signature-params": %s' \
  "$status" "$content_digest" "$content_type" "$signature" "$params" >"$work/base"
openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/der" "$work/base" >"$work/verdict" 2>&1 ||
  refuse 'the signature does not hold'

cat "$work/answer"
echo "$status, verified" >&2
case $status in 2??) ;; *) exit 1 ;; esac
