// Package cli is what all programs have in common: how they answer, one line of JSON on stdout and exit code 0 for what
// verifies, else 1; and whom they trust.
package cli

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

// Report is what a program found of a log.
type Report struct {
	OK   bool   `json:"ok"`
	Why  string `json:"why,omitempty"`
	Size uint64 `json:"size"`
	Root string `json:"root,omitempty"`
	// OldSize is the size of the older tree that this one was found to begin with.
	OldSize uint64 `json:"oldSize,omitempty"`
}

// Answer runs what finds out and ends the program. A panic of the library's is a refusal like any other.
func Answer(find func() (Report, error)) {
	found, err := unlessPanic(find)
	found.OK = err == nil
	if err != nil {
		found.Why = err.Error()
	}
	Print(found)
	if err != nil {
		os.Exit(1)
	}
}

func unlessPanic(find func() (Report, error)) (found Report, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
		}
	}()
	return find()
}

// Print prints one line of JSON.
func Print(it any) {
	if err := json.NewEncoder(os.Stdout).Encode(it); err != nil {
		panic(err)
	}
}

// Base64 encodes hashes as a disclosure holds them.
func Base64(hash []byte) string {
	return base64.StdEncoding.EncodeToString(hash)
}

// HTTPClient trusts the certificate authority in the file that SSL_CERT_FILE names, if it does, on every system: of itself
// Go heeds it on some only.
func HTTPClient() (*http.Client, error) {
	transport := &http.Transport{}
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		authorities := x509.NewCertPool()
		if !authorities.AppendCertsFromPEM(pem) {
			return nil, errors.New("no certificate in SSL_CERT_FILE")
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: authorities}
	}
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}, nil
}
