// Asks a Writ gateway who was behind an account: asks, follows the case, collects what was approved.
//
//	go run . ask REQUEST.json         asks; prints the case
//	go run . follow ID                waits until the case is decided, as long as WRIT_PATIENCE; prints the case
//	go run . collect ID [FILE]        prints the records, one JSON object a line; the signed pages go into FILE
//	go run . call METHOD URL [BODY]   any other call: signs it, sends it, verifies the answer and prints it
//
//	WRIT_URL             the provider's API: https://host/v1
//	WRIT_KEY             file with the private key, PEM (PKCS#8), Ed25519 or P-256
//	WRIT_KEY_ID          its key id: the thumbprint of the public key
//	WRIT_ENCRYPTION_KEY  file with the private key that disclosures are encrypted to, PEM (PKCS#8), P-256
//	WRIT_PROVIDER        file with the answer of /v1/provider, saved once and its thumbprint compared by telephone
//	WRIT_CA              file with a certificate authority to trust instead of the system's (optional)
//	WRIT_PATIENCE        for how many seconds to wait for a decision or the provider's log (optional, 60)
//
// On stdout is what the provider has signed, and nothing else. The exit code is 0 if all went well, 2 if the provider
// is not ready yet, 1 for everything else. docs/signing.md explains each step; disclosure.go opens disclosures.
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
	"errors"
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

const lifetime, longest, skew, every = 60, 300, 30, 2 // seconds

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

func parse(content []byte, into any) {
	if err := json.Unmarshal(content, into); err != nil {
		log.Fatal(err)
	}
}

func readKey(variable string) any {
	block, _ := pem.Decode(must(os.ReadFile(os.Getenv(variable))))
	if block == nil {
		log.Fatalf("%s is not PEM", variable)
	}
	return must(x509.ParsePKCS8PrivateKey(block.Bytes))
}

// signer answers how we sign: always 64 bytes.
func signer() (alg string, sign func(base []byte) []byte) {
	switch key := readKey("WRIT_KEY").(type) {
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
	log.Fatal("WRIT_KEY is neither an Ed25519 nor a P-256 key")
	return
}

// signRequest adds the fields of the profile to a request.
func signRequest(request *http.Request, body []byte) {
	alg, sign := signer()
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
	params := fmt.Sprintf(`(%s);created=%d;expires=%d;nonce="%s";keyid="%s";alg="%s";tag="writ"`, covered, created,
		created+lifetime, base64.RawURLEncoding.EncodeToString(nonce), os.Getenv("WRIT_KEY_ID"), alg)
	signature := sign([]byte(base + `"@signature-params": ` + params))
	request.Header.Set("Signature-Input", "writ="+params)
	request.Header.Set("Signature", "writ=:"+base64.StdEncoding.EncodeToString(signature)+":")
}

// providerKeys are by the thumbprint that we compute: what a document says of itself proves nothing.
func providerKeys() map[string]*ecdsa.PublicKey {
	var published struct {
		Keys []struct{ Kty, Crv, X, Y string }
	}
	parse(must(os.ReadFile(os.Getenv("WRIT_PROVIDER"))), &published)
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

// verify is nil only if a key of the provider's made this signature: the two numbers, 32 bytes each.
func verify(keyID string, signature, message []byte) error {
	key := providerKeys()[keyID]
	if key == nil {
		return errors.New("the key is not one of the provider's")
	}
	sum := sha256.Sum256(message)
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return errors.New("the signature does not hold")
	}
	return nil
}

// verifyAnswer is nil only if the provider signed this answer, to this request, just now.
func verifyAnswer(answer *http.Response, body []byte, asked string) error {
	field := map[string]string{}
	for _, name := range []string{"content-digest", "content-type", "signature-input", "signature"} {
		lines := answer.Header.Values(name)
		if len(lines) != 1 {
			return fmt.Errorf("%s is not there once", name)
		}
		field[name] = lines[0]
	}
	if field["content-digest"] != digestField(body) {
		return errors.New("the body is not the one that was signed")
	}
	read := answerForm.FindStringSubmatch(field["signature-input"])
	if read == nil {
		return errors.New("the signature has another form than the provider's")
	}
	created, _ := strconv.ParseInt(read[2], 10, 64)
	expires, _ := strconv.ParseInt(read[3], 10, 64)
	if now := time.Now().Unix(); created > now+skew || now >= expires || expires-created > longest {
		return errors.New("the signature is not of now")
	}
	text := strings.TrimSuffix(strings.TrimPrefix(field["signature"], "writ=:"), ":")
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != 64 {
		return errors.New("the signature has another form than the provider's")
	}
	return verify(read[4], raw, []byte(fmt.Sprintf("\"@status\": %d\n\"content-digest\": %s\n\"content-type\": %s\n"+
		"\"signature\";req: %s\n\"@signature-params\": %s",
		answer.StatusCode, field["content-digest"], field["content-type"], asked, read[1])))
}

// call makes one call, signed, and answers what came, verified.
func call(method, url string, body []byte) (answer *http.Response, content []byte) {
	request := must(http.NewRequest(method, url, bytes.NewReader(body)))
	if request.URL.Scheme != "https" {
		log.Fatal("the URL is not https")
	}
	signRequest(request, body)
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
	answer = must(client.Do(request))
	content = must(io.ReadAll(answer.Body))
	if err := verifyAnswer(answer, content, request.Header.Get("Signature")); err != nil {
		log.Fatalf("%d, not verified: %v", answer.StatusCode, err)
	}
	log.Printf("%d, verified", answer.StatusCode)
	return answer, content
}

// granted makes a call that must not be refused.
func granted(method, path string, body []byte) (*http.Response, []byte) {
	answer, content := call(method, strings.TrimSuffix(os.Getenv("WRIT_URL"), "/")+path, body)
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		log.Fatalf("%s", content)
	}
	return answer, content
}

func patience() time.Time {
	seconds := 60
	if given := os.Getenv("WRIT_PATIENCE"); given != "" {
		seconds = must(strconv.Atoi(given))
	}
	return time.Now().Add(time.Duration(seconds) * time.Second)
}

// wait waits as long as the provider asks for, or not at all: nobody signed how long that is, so patience limits it.
func wait(answer *http.Response, until time.Time) bool {
	seconds, err := strconv.ParseUint(answer.Header.Get("Retry-After"), 10, 16)
	if err != nil {
		seconds = every
	}
	pause := time.Duration(seconds) * time.Second
	if time.Now().Add(pause).After(until) {
		log.Print("not yet: try again later")
		return false
	}
	time.Sleep(pause)
	return true
}

func follow(id string) {
	for until := patience(); ; {
		answer, content := granted("GET", "/requests/"+id, nil)
		var its struct{ Status string }
		parse(content, &its)
		if its.Status != "AwaitingApproval" {
			os.Stdout.Write(content)
			return
		}
		if !wait(answer, until) {
			os.Stdout.Write(content)
			os.Exit(2)
		}
	}
}

func main() {
	log.SetFlags(0)
	given := append(os.Args[1:], "", "", "", "")
	switch fmt.Sprint(given[0], len(os.Args)-2) {
	case "ask1":
		_, content := granted("POST", "/requests", must(os.ReadFile(given[1])))
		os.Stdout.Write(content)
	case "follow1":
		follow(given[1])
	case "collect1", "collect2":
		if err := collect(given[1], given[2]); err != nil {
			log.Fatalf("the disclosure, not verified: %v", err)
		}
	case "call2", "call3":
		var body []byte
		if given[3] != "" {
			body = must(os.ReadFile(given[3]))
		}
		answer, content := call(given[1], given[2], body)
		os.Stdout.Write(content)
		if answer.StatusCode < 200 || answer.StatusCode > 299 {
			os.Exit(1)
		}
	default:
		log.Fatal("usage: ask REQUEST.json | follow ID | collect ID [FILE] | call METHOD URL [BODY]")
	}
}
