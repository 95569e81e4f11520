// Verifies that a public log announced a disclosure, and that the log still has everything that it had then. It needs
// nothing of Writ's: the formats are C2SP's, the code that reads them is torchwood's and Go's own.
//
//	verify-disclosure PROOF POLICY LOG
//
// PROOF is disclosure.tlog-proof, out of the package. POLICY is a C2SP tlog-policy: which log and which witnesses you trust;
// get its keys from somebody other than who gave you the package. LOG is https://…/v1/log, or a folder with the same files.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: verify-disclosure PROOF POLICY LOG")
	}
	if err := verify(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatalf("not verified: %v", err)
	}
}

func verify(proofFile, policyFile, at string) error {
	ctx := context.Background()
	proof, policy, err := read(proofFile, policyFile)
	if err != nil {
		return err
	}

	// The entry is the proof's extra data, and nothing says that it is right but the proof itself, of its hash.
	entry, err := torchwood.ProofExtraData(proof)
	if err != nil {
		return err
	}
	if err := torchwood.VerifyProof(policy, tlog.RecordHash(entry), proof); err != nil {
		return err
	}
	var says struct{ Kind, At, Stream string }
	if err := json.Unmarshal(entry, &says); err != nil || says.Kind != "collection.intended" {
		return errors.New("the entry announces no disclosure")
	}
	head, signed, _ := bytes.Cut(proof, []byte("\n\n"))
	index := int64(0)
	for line := range strings.Lines(string(head)) {
		_, _ = fmt.Sscanf(line, "index %d", &index)
	}
	then, _, err := torchwood.VerifyCheckpoint(signed, policy)
	if err != nil {
		return err
	}
	fmt.Printf("%s announced it at %s, for %s: entry %d of %d\n", then.Origin, says.At, says.Stream, index, then.N)

	files, now, err := open(ctx, at, policy)
	if err != nil {
		return err
	}
	if now.Origin != then.Origin {
		return errors.New("this is another log")
	}
	if err := consistent(ctx, files, then.Tree, now.Tree); err != nil {
		return fmt.Errorf("the log is not the one that it was: %w", err)
	}
	fmt.Printf("The log, of %d entries now, is the one that it was then\n", now.N)

	// Each entry is verified against the tree.
	client, err := torchwood.NewClient(files)
	if err != nil {
		return err
	}
	entries := int64(0)
	for i, it := range client.AllEntries(ctx, now.Tree, 0) {
		if i == index && !bytes.Equal(it, entry) {
			return errors.New("the log has another entry there")
		}
		entries++
	}
	if err := client.Err(); err != nil {
		return err
	}
	if entries != now.N {
		return fmt.Errorf("of %d entries only %d are there", now.N, entries)
	}
	fmt.Printf("All %d entries are there and are those of its tree\n", entries)
	return nil
}

func read(proofFile, policyFile string) ([]byte, torchwood.Policy, error) {
	text, err := os.ReadFile(policyFile)
	if err != nil {
		return nil, nil, err
	}
	policy, err := torchwood.ParsePolicy(text)
	if err != nil {
		return nil, nil, err
	}
	proof, err := os.ReadFile(proofFile)
	return proof, policy, err
}

// open reads the newest checkpoint that fulfils the policy. Witnesses need a moment, so the newest of all may not yet, and
// the newest that they cosigned is a file of its own.
func open(ctx context.Context, at string, policy torchwood.Policy) (torchwood.TileReader, torchwood.Checkpoint, error) {
	files, err := filesAt(at)
	if err != nil {
		return nil, torchwood.Checkpoint{}, err
	}
	for _, name := range []string{"checkpoint", "cosigned"} {
		signed, unread := files.ReadEndpoint(ctx, name)
		if unread != nil {
			err = errors.Join(err, unread)
			continue
		}
		now, _, unverified := torchwood.VerifyCheckpoint(signed, policy)
		if unverified == nil {
			return files, now, nil
		}
		err = errors.Join(err, unverified)
	}
	return nil, torchwood.Checkpoint{}, err
}

func filesAt(at string) (torchwood.TileReader, error) {
	if strings.HasPrefix(at, "https://") {
		return torchwood.NewTileFetcher(at)
	}
	return torchwood.NewTileFS(os.DirFS(at))
}

// consistent proves that the larger of two trees begins with the smaller one. The one in the proof may be the larger.
func consistent(ctx context.Context, files torchwood.TileReader, a, b tlog.Tree) error {
	if a.N > b.N {
		a, b = b, a
	}
	proof, err := tlog.ProveTree(b.N, a.N, torchwood.TileHashReaderWithContext(ctx, b, files))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, b.N, b.Hash, a.N, a.Hash)
}
