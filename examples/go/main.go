// Signs one call to a Writ gateway, sends it and verifies the signed answer.
//
//	go run . METHOD URL [BODY-FILE]
//
//	WRIT_KEY       file with the private key, PEM (PKCS#8), Ed25519 or P-256
//	WRIT_KEY_ID    its key id: the thumbprint of the public key
//	WRIT_PROVIDER  file with the answer of /v1/provider, saved once and its thumbprint compared by telephone
//	WRIT_CA        file with a certificate authority to trust instead of the system's (optional)
//
// On stdout is what the provider has signed, and nothing else. The exit code is 0 for a verified answer of 2xx.
// docs/signing.md explains each step.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const lifetime, longest, skew = 60, 300, 30 // seconds

// The provider writes its answers' signatures in this form only, so there is nothing to be guessed in reading them.
var answerForm = regexp.MustCompile(`^writ=(\("@status" "content-digest" "content-type" "signature";req\)` +
	`;created=([0-9]{1,15});expires=([0-9]{1,15});keyid="([A-Za-z0-9_-]{43})";alg="ecdsa-p256-sha256";tag="writ")$`)

func digestField(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// must ends the program on an error; an example has nothing better to do.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// readKey reads a key and answers how it signs: always 64 bytes.
func readKey(file string) (alg string, sign func(base []byte) []byte) {
	block, _ := pem.Decode(must(os.ReadFile(file)))
	if block == nil {
		log.Fatalf("%s is not PEM", file)
	}
	switch key := must(x509.ParsePKCS8PrivateKey(block.Bytes)).(type) {
	case ed25519.PrivateKey:
		return "ed25519", func(base []byte) []byte { return ed25519.Sign(key, base) }
	case *ecdsa.PrivateKey:
		return "ecdsa-p256-sha256", func(base []byte) []byte {
			sum := sha256.Sum256(base)
			r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
			must(s, err)
			// Not SignASN1: on the wire are the two numbers, 32 bytes each.
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}
	}
	log.Fatalf("%s holds neither an Ed25519 nor a P-256 key", file)
	return
}

// signRequest adds the fields of the profile to a request.
func signRequest(request *http.Request, keyFile, keyID string, body []byte) {
	alg, sign := readKey(keyFile)
	// What Go will write on the request line, so what is signed is what is sent.
	path, query, _ := strings.Cut(request.URL.RequestURI(), "?")
	covered := `"@method" "@authority" "@path" "@query"`
	base := fmt.Sprintf("\"@method\": %s\n\"@authority\": %s\n\"@path\": %s\n\"@query\": ?%s\n",
		request.Method, strings.TrimSuffix(strings.ToLower(request.URL.Host), ":443"), path, query)
	if len(body) > 0 {
		request.Header.Set("Content-Digest", digestField(body))
		request.Header.Set("Content-Type", "application/json")
		covered += ` "content-digest" "content-type"`
		base += fmt.Sprintf("\"content-digest\": %s\n\"content-type\": application/json\n", digestField(body))
	}
	nonce := make([]byte, 24)
	must(rand.Read(nonce))
	created := time.Now().Unix()
	params := fmt.Sprintf(`(%s);created=%d;expires=%d;nonce="%s";keyid="%s";alg="%s";tag="writ"`, covered,
		created, created+lifetime, base64.RawURLEncoding.EncodeToString(nonce), keyID, alg)
	signature := sign([]byte(base + `"@signature-params": ` + params))
	request.Header.Set("Signature-Input", "writ="+params)
	request.Header.Set("Signature", "writ=:"+base64.StdEncoding.EncodeToString(signature)+":")
}

// providerKeys are by the thumbprint that we compute: what a document says of itself proves nothing.
func providerKeys(file string) map[string]*ecdsa.PublicKey {
	var published struct {
		Keys []struct{ Kty, Crv, X, Y string }
	}
	if err := json.Unmarshal(must(os.ReadFile(file)), &published); err != nil {
		log.Fatal(err)
	}
	keys := map[string]*ecdsa.PublicKey{}
	for _, jwk := range published.Keys {
		x, errX := base64.RawURLEncoding.DecodeString(jwk.X)
		y, errY := base64.RawURLEncoding.DecodeString(jwk.Y)
		if jwk.Kty != "EC" || jwk.Crv != "P-256" || errX != nil || errY != nil {
			continue
		}
		sum := sha256.Sum256([]byte(fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, jwk.X, jwk.Y)))
		keys[base64.RawURLEncoding.EncodeToString(sum[:])] = &ecdsa.PublicKey{
			Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
	}
	return keys
}

// verifyAnswer is nil only if the provider signed this answer, to this request, just now.
func verifyAnswer(keys map[string]*ecdsa.PublicKey, answer *http.Response, body []byte, asked string) error {
	field := map[string]string{}
	for _, name := range []string{"content-digest", "content-type", "signature-input", "signature"} {
		lines := answer.Header.Values(name)
		if len(lines) != 1 {
			return fmt.Errorf("%s is not there once", name)
		}
		field[name] = lines[0]
	}
	if field["content-digest"] != digestField(body) {
		return fmt.Errorf("the body is not the one that was signed")
	}
	read := answerForm.FindStringSubmatch(field["signature-input"])
	if read == nil {
		return fmt.Errorf("the signature has another form than the provider's")
	}
	created, _ := strconv.ParseInt(read[2], 10, 64)
	expires, _ := strconv.ParseInt(read[3], 10, 64)
	if now := time.Now().Unix(); created > now+skew || now >= expires || expires-created > longest {
		return fmt.Errorf("the signature is not of now")
	}
	key := keys[read[4]]
	if key == nil {
		return fmt.Errorf("the key is not one of the provider's")
	}
	text := strings.TrimSuffix(strings.TrimPrefix(field["signature"], "writ=:"), ":")
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 64 {
		return fmt.Errorf("the signature is not of 64 bytes")
	}
	sum := sha256.Sum256([]byte(fmt.Sprintf("\"@status\": %d\n\"content-digest\": %s\n\"content-type\": %s\n"+
		"\"signature\";req: %s\n\"@signature-params\": %s",
		answer.StatusCode, field["content-digest"], field["content-type"], asked, read[1])))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])) {
		return fmt.Errorf("the signature does not hold")
	}
	return nil
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 && len(os.Args) != 4 {
		log.Fatal("usage: METHOD URL [BODY-FILE]")
	}
	var body []byte
	if len(os.Args) == 4 {
		body = must(os.ReadFile(os.Args[3]))
	}
	keys := providerKeys(os.Getenv("WRIT_PROVIDER"))
	request := must(http.NewRequest(os.Args[1], os.Args[2], bytes.NewReader(body)))
	if request.URL.Scheme != "https" {
		log.Fatal("the URL is not https")
	}
	signRequest(request, os.Getenv("WRIT_KEY"), os.Getenv("WRIT_KEY_ID"), body)

	trust := &tls.Config{}
	if file := os.Getenv("WRIT_CA"); file != "" {
		trust.RootCAs = x509.NewCertPool()
		trust.RootCAs.AppendCertsFromPEM(must(os.ReadFile(file)))
	}
	client := &http.Client{
		Timeout: 30 * time.Second,
		// Unpacked, a body has not the digest that was signed; redirected, a request goes where it was not signed for.
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: trust, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer := must(client.Do(request))
	content := must(io.ReadAll(answer.Body))
	if err := verifyAnswer(keys, answer, content, request.Header.Get("Signature")); err != nil {
		log.Fatalf("%d, not verified: %v", answer.StatusCode, err)
	}
	os.Stdout.Write(content)
	log.Printf("%d, verified", answer.StatusCode)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		os.Exit(1)
	}
}
