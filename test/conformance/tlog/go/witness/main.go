// A real witness: transparency-dev's, which runs the public witness network, in memory and on loopback. And its client, for
// our witness to be asked by.
//
//	witness serve SIGNER-KEY LOG-VKEY...             prints {"url": …}, and serves until stdin ends
//	witness submit URL BODY-FILE                     prints {"lines": …, "size": …, "why": …}
//	witness generate NAME                            prints a new ML-DSA-44 key: {"signer": …, "vkey": …}
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	formats "github.com/transparency-dev/formats/note"
	client "github.com/transparency-dev/witness/client/http"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"
	"writ.example/tlog/cli"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) >= 3 && args[0] == "serve":
		err = serve(args[1], args[2:])
	case len(args) == 3 && args[0] == "submit":
		err = submit(args[1], args[2])
	case len(args) == 2 && args[0] == "generate":
		err = generate(args[1])
	default:
		err = errors.New("witness serve SIGNER-KEY LOG-VKEY... | witness submit URL BODY-FILE | witness generate NAME")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func serve(key string, vkeys []string) error {
	signer, err := formats.NewSignerForCosignatureV1(key)
	if err != nil {
		return err
	}
	logs := map[string]note.Verifier{}
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return err
		}
		logs[verifier.Name()] = verifier
	}
	it, err := witness.New(context.Background(), witness.Opts{
		Persistence: inmemory.New(),
		Signers:     []note.Signer{signer},
		VerifierForLog: func(_ context.Context, origin string) (note.Verifier, bool, error) {
			verifier, known := logs[origin]
			return verifier, known, nil
		},
	})
	if err != nil {
		return err
	}
	routes := http.NewServeMux()
	routes.HandleFunc("POST /add-checkpoint", witness.NewHTTPHandler(it).AddCheckpoint)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	cli.Print(map[string]string{"url": fmt.Sprintf("http://%s", listener.Addr())})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(listener, routes)
}

// submit has the module's client ask a witness. The body is that of add-checkpoint, taken apart and put together again by
// the client.
func submit(at, file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, checkpoint, found := bytes.Cut(body, []byte("\n\n"))
	if !found {
		return errors.New("no blank line")
	}
	var oldSize uint64
	var proof [][]byte
	for i, line := range bytes.Split(head, []byte("\n")) {
		if i == 0 {
			_, err = fmt.Sscanf(string(line), "old %d", &oldSize)
		} else {
			var hash []byte
			hash, err = base64.StdEncoding.DecodeString(string(line))
			proof = append(proof, hash)
		}
		if err != nil {
			return err
		}
	}
	prefix, err := url.Parse(at)
	if err != nil {
		return err
	}
	asked := client.NewWitness(prefix, &http.Client{Timeout: 30 * time.Second})
	lines, size, err := asked.Update(context.Background(), oldSize, checkpoint, proof)
	why := ""
	if err != nil {
		why = err.Error()
	}
	cli.Print(map[string]any{"lines": string(lines), "size": size, "why": why})
	return nil
}

func generate(name string) error {
	signer, vkey, err := formats.GenerateMLDSAKey(name)
	if err != nil {
		return err
	}
	cli.Print(map[string]string{"signer": signer, "vkey": vkey})
	return nil
}
