package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
)

// What we need of the case and of a page of the disclosure.
type theCase struct{ ID, Reference, RequestDigest string }
type thePackage struct {
	Case, Reference, RequestDigest, Digest, Page string
	Records                                      []map[string]any
}

var errCase = errors.New("it is of another case")

// collect prints every page's records, and keeps the signed pages in a file if one is named.
func collect(id, file string) error {
	key := must(readKey("WRIT_ENCRYPTION_KEY").(*ecdsa.PrivateKey).ECDH())
	var its theCase
	_, content := granted("GET", "/requests/"+id, nil)
	if parse(content, &its); its.ID != id {
		return errCase
	}
	var signed io.Writer = io.Discard
	if file != "" {
		// Before anything is collected, since collections are counted; and never over the evidence of another one.
		signed = must(os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600))
	}
	var body []byte
	for seen := map[string]bool{}; ; {
		jws, page, err := openPage(collectPage(id, body), key, its)
		if err != nil {
			return err
		}
		must(fmt.Fprintln(signed, jws))
		for _, record := range page.Records {
			must(fmt.Printf("%s\n", canonicalJSON(record)))
		}
		if page.Page == "" {
			return nil
		}
		if seen[page.Page] {
			return errors.New("a page comes twice")
		}
		seen[page.Page] = true
		body = canonicalJSON(map[string]string{"page": page.Page})
	}
}

func collectPage(id string, body []byte) (jwe string) {
	for until := patience(); ; {
		// 202: the provider's log does not show yet that this will be opened. Each try is a signature of its own.
		answer, content := granted("POST", "/requests/"+id+"/collection", body)
		if answer.StatusCode != 202 {
			return string(content)
		}
		if !wait(answer, until) {
			os.Exit(2)
		}
	}
}

// openPage answers a page's compact JWS, which is what a court is shown, and the package within, checked.
func openPage(jwe string, key *ecdh.PrivateKey, its theCase) (jws string, page thePackage, err error) {
	jws, err = decrypt(jwe, key)
	parts := strings.Split(jws, ".")
	if err != nil || len(parts) != 3 {
		return "", page, errors.New("it does not open with this key")
	}
	var header struct {
		Alg, Kid string
		Crit     any
	}
	errHeader := decodeJSON(parts[0], &header)
	raw, errRaw := base64.RawURLEncoding.DecodeString(parts[2])
	if errHeader != nil || errRaw != nil || header.Alg != "ES256" || header.Crit != nil || len(raw) != 64 {
		return "", page, errors.New("the signature has another form than the provider's")
	}
	if err = verify(header.Kid, raw, []byte(parts[0]+"."+parts[1])); err != nil {
		return "", page, err
	}
	if err = decodeJSON(parts[1], &page); err != nil {
		return "", page, err
	}
	if page.Digest != digestField(canonicalJSON(page.Records)) {
		return "", page, errors.New("the digest is not that of the records")
	}
	if its != (theCase{page.Case, page.Reference, page.RequestDigest}) {
		return "", page, errCase
	}
	return jws, page, nil
}

// decrypt opens a compact JWE (RFC 7516): a key agreed on with ours (ECDH-ES, RFC 7518 4.6) and AES-256-GCM under it.
func decrypt(jwe string, key *ecdh.PrivateKey) (string, error) {
	parts := strings.Split(jwe, ".")
	if len(parts) != 5 {
		return "", errors.New("not a compact JWE")
	}
	var header struct {
		Alg, Enc string
		Epk      struct{ X, Y string }
		Crit     any
	}
	err := decodeJSON(parts[0], &header)
	if err != nil || header.Alg != "ECDH-ES" || header.Enc != "A256GCM" || header.Crit != nil || parts[1] != "" {
		return "", errors.New("not as the provider encrypts")
	}
	x, errX := base64.RawURLEncoding.DecodeString(header.Epk.X)
	y, errY := base64.RawURLEncoding.DecodeString(header.Epk.Y)
	iv, errIV := base64.RawURLEncoding.DecodeString(parts[2])
	sealed, errSealed := base64.RawURLEncoding.DecodeString(parts[3])
	tag, errTag := base64.RawURLEncoding.DecodeString(parts[4])
	if err = errors.Join(errX, errY, errIV, errSealed, errTag); err != nil || len(iv) != 12 || len(tag) != 16 {
		return "", errors.New("not as the provider encrypts")
	}
	// An uncompressed point, which Go takes only if it lies on the curve.
	theirs, err := ecdh.P256().NewPublicKey(append(append([]byte{4}, x...), y...))
	if err != nil {
		return "", err
	}
	shared, err := key.ECDH(theirs)
	if err != nil {
		return "", err
	}
	// The Concat KDF in its one round: counter, secret, algorithm, nothing of either party, and how many bits.
	agreed := sha256.Sum256([]byte("\x00\x00\x00\x01" + string(shared) + "\x00\x00\x00\x07A256GCM" +
		"\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x01\x00"))
	gcm := must(cipher.NewGCM(must(aes.NewCipher(agreed[:]))))
	opened, err := gcm.Open(nil, iv, append(sealed, tag...), []byte(parts[0]))
	return string(opened), err
}

// decodeJSON reads base64url of JSON, and keeps numbers as they are written.
func decodeJSON(text string, into any) error {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(decoded))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// canonicalJSON is RFC 8785 as far as it is needed here: of objects, lists, strings and whole numbers. Go sorts maps.
func canonicalJSON(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		log.Fatal(err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}
